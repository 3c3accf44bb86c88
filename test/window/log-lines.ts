import type { LogLine } from '../../main/model/log-line.ts'

/** Lines as such services write them: logfmt, JSON, plain; most say nothing, some warn, few fail. */
const texts: readonly ((tick: number) => string)[] = [
  (tick) =>
    `level=info ts=2026-11-23T10:42:29.${100 + (tick % 900)}Z caller=compact.go:519 msg="write block" mint=1795430400000 duration=${20 + (tick % 90)}ms`,
  (tick) =>
    `{"level":"info","msg":"request done","method":"GET","path":"/api/health","status":200,"took_ms":${tick % 40}}`,
  (tick) => `GET /api/dashboards/home 200 ${tick % 30} ms`,
  (tick) =>
    `level=debug component=distributor msg="flushed" streams=${tick % 300} bytes=${(tick * 137) % 90_000}`,
  () => 'LOG:  checkpoint complete: wrote 44 buffers (0.3%); 0 WAL file(s) added, 0 removed, 0 recycled',
  (tick) =>
    `level=warn msg="slow query" took=${1 + (tick % 4)}.${tick % 10}s limit=1s query="sum by (job) (rate(http_requests_total[5m]))"`,
  (tick) => `127.0.0.1 - - "GET /v2/ HTTP/1.1" 200 ${tick % 4096} "-" "docker/29.7.2"`,
  (tick) =>
    `level=error msg="failed to push" err="dial tcp 172.23.0.${20 + (tick % 9)}:3100: connect: connection refused" attempt=${tick % 5}`,
]

/** The line of a service at an instant; the same for the same numbers. */
export function logLine(service: string, at: number, tick: number): LogLine {
  // Warnings and errors are rarer than the rest.
  const kind = tick % 23 === 0 ? 7 : tick % 13 === 0 ? 5 : [0, 1, 2, 3, 4, 6][tick % 6]
  const text = texts[kind ?? 0]?.(tick) ?? ''
  return { service, at, stream: kind === 7 || kind === 5 ? 'err' : 'out', text }
}
