import { FORWARD_UDP_WORD, runOwnForwarder, runUdpForwarder } from './own-forwarder.ts'

// A program of its own: a forwarder lives for as long as its service, and the whole command line beside it is 45 MB for nothing.
const [word, ...words] = process.argv.slice(2)
await (word === FORWARD_UDP_WORD ? runUdpForwarder : runOwnForwarder)(words).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
