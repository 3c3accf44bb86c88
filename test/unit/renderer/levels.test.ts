import { fc } from '../../chance.ts'
import { expect, test } from 'vitest'
import { processorTime } from '../../cpu.ts'
import { levelOf, levels } from '../../../renderer/views/logs/levels.ts'

const { unknown, debug, info, warning, error } = levels

/** Lines as the services of the stack and their relatives write them. */
const lines: readonly (readonly [string, number])[] = [
  // logfmt: Grafana, Loki, Tempo, Prometheus, Alloy, the registry.
  ['logger=tsdb.tempo t=2026-11-23T10:42:29.204Z level=error msg="traces cannot be queried"', error],
  ['level=warn ts=2026-11-23T10:42:29.204Z caller=x.go:1 msg="slow query"', warning],
  ['time=2026-11-23T10:42:29.204Z level=INFO source=head.go:1 msg="WAL checkpoint complete"', info],
  ['ts=2026-11-23T10:42:29.204Z lvl=dbug msg="flushed"', debug],
  ['time="2026-11-23T10:42:29Z" level=fatal msg="cannot listen"', error],
  ['level=info msg="level=error was seen in a query"', info],
  ['msg="got level=error from upstream" level=info', info],
  ['msg="it said \\"level=error\\"" status=200', unknown],
  // JSON: MinIO, pino, logrus, Python.
  ['{"level":"error","msg":"it broke"}', error],
  ['{"time":"2026-11-23","severity":"WARNING","message":"x"}', warning],
  ['{"level":30,"time":1,"msg":"listening"}', info],
  ['{"level":50,"msg":"x"}', error],
  ['{"levelname": "DEBUG", "message": "x"}', debug],
  ['{"msg":"no level here"}', unknown],
  // klog.
  ['E1123 10:42:29.204567       1 reflector.go:158] "Unhandled Error"', error],
  ['W1123 10:42:29.204567       1 x.go:1] slow', warning],
  ['I1123 10:42:29.204567       1 x.go:1] started', info],
  // PostgreSQL, nginx, PowerDNS, Python, supervisord.
  ['2026-11-23 10:42:29.204 UTC [71] ERROR:  relation "x" does not exist at character 15', error],
  ['2026-11-23 10:42:29.204 UTC [1] LOG:  database system is ready to accept connections', info],
  ['2026-11-23 10:42:29.204 UTC [1] FATAL:  password authentication failed', error],
  ['LOG:  checkpoint complete: wrote 44 buffers', info],
  ['2026/11/23 10:42:29 [error] 31#31: *1 connect() failed (111: Connection refused)', error],
  ['2026/11/23 10:42:29 [notice] 1#1: start worker processes', info],
  ['2026/11/23 10:42:29 [emerg] 1#1: bind() failed', error],
  ['[2026-11-23 10:42:29 +0000] [1] [INFO] Listening at: http://0.0.0.0:80', info],
  ['2026-11-23 10:42:29,204 WARNING Included extra file', warning],
  ['WARNING:root:something', warning],
  ['Error: cannot find module', error],
  ['error: cannot open the file', error],
  ['panic: runtime error: index out of range', error],
  // Words in the text of a line are not its level.
  ['127.0.0.1 - - "GET /v2/ERROR HTTP/1.1" 200 12 "-" "docker/29"', unknown],
  ['GET /api/info 200', unknown],
  ['I have no level', unknown],
  ['', unknown],
]

test.each(lines)('%s', (text, level) => {
  expect(levelOf(text)).toBe(level)
})

test('fault 36: a line of 64 KB is judged by its beginning, quickly', () => {
  const long = `${'a=1 '.repeat(16_384)}level=error`
  const took = processorTime()
  for (let count = 0; count < 1000; count += 1) levelOf(long)
  expect(levelOf(long)).toBe(unknown)
  expect(took()).toBeLessThan(1000)
})

test('fault 8: no text makes it fail or slow', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2000, unit: 'binary' }), (text) => {
      expect(Object.values(levels)).toContain(levelOf(text))
    }),
    { numRuns: 5000 },
  )
  for (const nasty of [
    '"'.repeat(65_536),
    '[ '.repeat(32_768),
    'A'.repeat(65_536),
    'level='.repeat(10_000),
    ' level=x"'.repeat(7000),
  ]) {
    const took = processorTime()
    levelOf(nasty)
    expect(took()).toBeLessThan(1000)
  }
})
