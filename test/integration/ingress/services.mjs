// Programs behind the ingress, one a port, as the health checks of a stack meet them.
import { createServer } from 'node:http'
import { createServer as createTcp } from 'node:net'

const answer = (listen, handle) => createServer(handle).listen(listen, '0.0.0.0')

// A program whose pages answer everything, also /health (as one-page applications do).
answer(3000, (request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    response.setHeader('content-type', 'text/html')
    if (request.url === '/ready') return response.writeHead(200).end('ready')
    response.end(`page ${request.method} ${request.url} ${request.headers.authorization ?? '-'} ${body}`)
  })
})
// One that wants a key, with the header that asks for it.
answer(8081, (request, response) =>
  response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end('no'),
)
// A receiver that takes POST only.
answer(4318, (request, response) => response.writeHead(request.method === 'GET' ? 405 : 200).end())
// One that answers with 500.
answer(5555, (request, response) => response.writeHead(500).end())
// One that says 200 where 204 is expected.
answer(5556, (request, response) => response.writeHead(200).end('no'))
// One with a /health of its own, well or not (POST /ill).
let ill = false
answer(8080, (request, response) => {
  if (request.url === '/ill') ill = true
  if (request.url === '/health') return response.writeHead(ill ? 500 : 200).end(`own ${ill ? 'ill' : 'well'}`)
  response.writeHead(request.url === '/' ? 200 : 404).end('home')
})
// One of a person's own without /health.
answer(8082, (request, response) => response.writeHead(request.url === '/' ? 200 : 404).end('home'))
// One of a person's own that takes a moment, and says itself who may read it.
answer(8083, (request, response) => {
  setTimeout(
    () => response.writeHead(200, { 'access-control-allow-origin': '*' }).end('slow'),
    request.url === '/long' ? 60_000 : 300,
  )
})
// No HTTP: hangs up on whoever speaks first, as a database does.
createTcp((socket) => {
  socket.on('error', () => undefined)
  socket.once('data', () => socket.destroy())
}).listen(5432, '0.0.0.0')
process.on('SIGTERM', () => process.exit(0))
