// Stands in for all services of a catalog at once: answers each port and path as its probe wants it.
// ANSWERS: [{ port, path, status }, …]
import { createServer } from 'node:http'

const all = JSON.parse(process.env['ANSWERS'] ?? '[]')
for (const port of new Set(all.map((one) => one.port)))
  createServer((request, response) => {
    const status = all.find((one) => one.port === port && one.path === request.url)?.status ?? 404
    response.writeHead(status).end()
  }).listen(port, '0.0.0.0')
process.on('SIGTERM', () => process.exit(0))
