/**
 * The SharedWorker: one stream for all tabs of this browser. Browsers open six connections to a host at most, so with
 * a stream for each tab the seventh would wait for ever.
 */
import { type Connection, openStream, type Said } from "./stream";

interface SharedWorkerScope {
  onconnect: ((event: MessageEvent) => void) | null;
}

export type Asked = { kind: "listen"; url: string } | { kind: "leave" };

const ports = new Set<MessagePort>();
let close: (() => void) | undefined;
let connection: Connection = "connecting";

function tell(said: Said): void {
  if (said.kind === "connection") connection = said.state;
  for (const port of ports) port.postMessage(said);
}

function leave(port: MessagePort): void {
  ports.delete(port);
  if (ports.size > 0) return;
  close?.();
  close = undefined;
  connection = "connecting";
}

(self as unknown as SharedWorkerScope).onconnect = (event) => {
  const [port] = event.ports;
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<Asked>) => {
    if (data.kind === "leave") return leave(port);
    ports.add(port);
    port.postMessage({ kind: "connection", state: connection } satisfies Said);
    close ??= openStream(data.url, tell);
  };
};
