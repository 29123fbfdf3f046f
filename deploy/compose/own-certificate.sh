#!/bin/sh
# A certificate for the gateway from an authority of your own, for a start without a public name:
#
#   deploy/compose/own-certificate.sh gateway clawdbot.home.arpa
#
# Writes deploy/tls/: gateway.pem and gateway-key.pem for the gateway, ca-bundle.pem for workers (SSL_CERT_FILE).
set -eu

[ $# -gt 0 ] || { echo "Give the names by which workers reach the gateway." >&2; exit 2; }
directory=$(dirname "$0")/../tls
mkdir -p "$directory"
cd "$directory"
[ ! -e gateway.pem ] || { echo "$PWD holds a certificate already. Move it away first." >&2; exit 2; }
umask 077

names=$(printf 'DNS:%s,' "$@")
printf 'subjectAltName=%s\n' "${names%,}" > names.cnf
openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN=ClawdBot own authority" \
    -keyout ca-key.pem -out ca.pem
openssl req -newkey rsa:3072 -nodes -subj "/CN=$1" -keyout gateway-key.pem -out gateway.csr
openssl x509 -req -in gateway.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 825 \
    -extfile names.cnf -out gateway.pem
rm gateway.csr names.cnf ca.srl

# What the system trusts and our authority: workers use it for everything.
system=$(openssl version -d | sed 's/.*"\(.*\)"/\1/')/certs/ca-certificates.crt
[ -e "$system" ] || system=/dev/null
cat "$system" ca.pem > ca-bundle.pem
chmod 644 gateway.pem ca.pem ca-bundle.pem
echo "Done. Let the gateway's user read the key: sudo chown 10001 $PWD/gateway-key.pem"
echo "Keep ca-key.pem somewhere else: whoever has it can pose as your gateway."
