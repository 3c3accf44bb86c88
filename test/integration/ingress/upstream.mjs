// What stands behind nginx in these tests: an application that echoes WebSocket frames, sends events, long heads and
// counts bodies, and holds its clients until as many are there as it was told.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const held = []

const server = createServer({ maxHeaderSize: 128 * 1024 }, (request, response) => {
  const url = new URL(request.url ?? '/', 'http://x')
  if (url.pathname === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: first\n\n')
    // The second only when it is asked for: whoever has the first has it before the second was written.
    held.push(() => response.end('data: second\n\n'))
  } else if (url.pathname === '/go-on') {
    for (const go of held.splice(0)) go()
    response.end('gone on')
  } else if (url.pathname === '/long-head') {
    response.writeHead(200, { 'x-long': 'x'.repeat(Number(url.searchParams.get('bytes'))) })
    response.end('a long head')
  } else if (url.pathname === '/head') response.end(JSON.stringify(request.rawHeaders))
  else if (url.pathname === '/fails') response.writeHead(502).end('an own 502')
  else if (url.pathname === '/cut') request.socket.destroy()
  else if (url.pathname === '/strict') {
    response.writeHead(200, { 'strict-transport-security': 'max-age=31536000; includeSubDomains' })
    response.end('strict')
  } else if (url.pathname === '/body') {
    let bytes = 0
    request.on('data', (chunk) => (bytes += chunk.length))
    request.on('end', () => response.end(String(bytes)))
  } else if (url.pathname === '/together') {
    held.push(() => response.end('together'))
    if (held.length === Number(url.searchParams.get('clients'))) for (const go of held.splice(0)) go()
  } else response.end(`pod ${request.headers.host ?? ''}`)
})
// Like Node's ws: whoever sends Upgrade twice is refused.
server.on('upgrade', (request, socket) => {
  if (request.headers.upgrade?.toLowerCase() !== 'websocket')
    return void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}${GUID}`)
    .digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  socket.on('error', () => socket.destroy())
  socket.on('data', (frame) => {
    const length = (frame[1] ?? 0) & 0x7f
    const mask = frame.subarray(2, 6)
    const text = frame.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0))
    socket.write(Buffer.concat([Buffer.from([0x81, length]), text]))
  })
})
server.listen({ port: 80, host: '0.0.0.0', backlog: 4096 })
process.on('SIGTERM', () => process.exit(0))
