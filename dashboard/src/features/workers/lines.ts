/** What a person runs on the machine that shall become a worker. */

export function joinLine(code: string, address: string): string {
  return `clawdbot workers join ${code} --api-url ${address}`;
}

export const START_LINE = "clawdbot start --config ~/.clawdbot.yaml";

/** Is this an address that only this machine reaches? */
export function isLoopback(address: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(address).hostname);
}
