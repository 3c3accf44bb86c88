import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { connect } from 'node:net'
import type { HostAdapter } from '../../engine/adapters.ts'
import { isNoAnswer } from '../../model/errno.ts'
import type { AnswerSeen } from '../../model/observation.ts'
import { CHECK_AGENT, CHECK_USER } from '../../model/own-check.ts'
import { askQuic, askUdp } from './ask-udp.ts'
import { answersProbe, dnsProbe, overTcp } from './dns-probe.ts'

type Question = Parameters<HostAdapter['ask']>[0]

/** More of a body than this is not read. */
const MAX_BODY = 64 * 1024
/** A plain TCP service that keeps a fresh connection open this long is there; a forwarder without a target closes at once. */
const QUIET_MS = 120
/** The same of a program that is asked itself: there is no forwarder whose own try has to fail first. */
const OWN_QUIET_MS = 30

/** Speaks the scheme's protocol and tells what came back. Never throws. */
export async function ask(question: Question): Promise<AnswerSeen> {
  switch (question.scheme) {
    case 'http':
    case 'https':
      return await askHttp(question)
    case 'postgres':
      return await askPostgres(question)
    case 'tcp':
      return await askTcp(question)
    case 'quic':
      return await askQuic(question)
    case 'udp':
      return await askUdp(question)
  }
}

function failure(error: NodeJS.ErrnoException, ms: number): AnswerSeen {
  const code = error.code ?? ''
  if (isNoAnswer(code)) return { kind: 'refused', code, ms }
  // The kernel gave up making a connection.
  if (code === 'ETIMEDOUT') return { kind: 'timeout', ms, unmade: true }
  // A reset or an end before any byte: something accepted and had nothing behind it.
  if (code === 'ECONNRESET' || code === 'EPIPE' || /socket hang up/.test(error.message))
    return { kind: 'closed', ms }
  return { kind: 'wrong', says: `not an HTTP answer (${code || error.message})`, ms }
}

function late(ms: number, isMade: boolean): AnswerSeen {
  return { kind: 'timeout', ms, ...(isMade ? {} : { unmade: true }) }
}

async function askHttp(question: Question): Promise<AnswerSeen> {
  const { address, port, host, probe, deadline } = question
  const began = performance.now()
  const elapsed = (): number => performance.now() - began
  return await new Promise((resolve) => {
    const send = question.scheme === 'https' ? secureRequest : request
    const call = send(
      {
        host: address,
        port,
        path: probe.path,
        method: 'GET',
        agent: false,
        setHost: false,
        headers: {
          Host: port === 80 || port === 443 ? host : `${host}:${port}`,
          Connection: 'close',
          // Known in access logs by it: such lines are hidden at first.
          'User-Agent': CHECK_AGENT,
          ...probe.headers,
        },
        // A local service's own certificate: what counts here is whether it answers.
        ...(question.scheme === 'https' ? { rejectUnauthorized: false } : {}),
      },
      (response) => {
        const status = response.statusCode ?? 0
        const good = probe.expect.length > 0 ? probe.expect.includes(status) : status < 500
        const answer = (): void => {
          clearTimeout(timer)
          const says = `HTTP ${status}`
          resolve(
            good
              ? { kind: 'answer', says, status, ms: elapsed() }
              : { kind: 'wrong', says: `answers HTTP ${status}`, status, ms: elapsed() },
          )
        }
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > MAX_BODY) {
            answer()
            call.destroy()
          }
        })
        response.on('end', answer)
        response.on('error', answer)
      },
    )
    let isMade = false
    call.on('socket', (socket) => socket.once('connect', () => (isMade = true)))
    const timer = setTimeout(() => {
      resolve(late(elapsed(), isMade))
      call.destroy()
    }, deadline)
    call.on('error', (error) => {
      clearTimeout(timer)
      resolve(failure(error, elapsed()))
    })
    call.end()
  })
}

/** A connection on which `onOpen` may write, and the first bytes, the end or the silence of the other side. */
async function converse(
  question: Question,
  hello: Buffer | undefined,
  judge: (first: Buffer) => AnswerSeen,
  silence: ((ms: number) => AnswerSeen) | undefined,
): Promise<AnswerSeen> {
  const { address, port, deadline } = question
  const began = performance.now()
  const elapsed = (): number => performance.now() - began
  return await new Promise((resolve) => {
    const socket = connect({ host: address, port })
    let quiet: NodeJS.Timeout | undefined
    const finish = (answer: AnswerSeen): void => {
      clearTimeout(timer)
      clearTimeout(quiet)
      socket.destroy()
      resolve(answer)
    }
    let isMade = false
    const timer = setTimeout(() => finish(late(elapsed(), isMade)), deadline)
    socket.on('connect', () => {
      isMade = true
      if (hello) socket.write(hello)
      const opened = elapsed()
      const patience = question.isItself === true ? OWN_QUIET_MS : QUIET_MS
      if (silence) quiet = setTimeout(() => finish(silence(opened)), patience)
    })
    socket.on('data', (data: Buffer) => finish(judge(data)))
    socket.on('end', () => finish({ kind: 'closed', ms: elapsed() }))
    socket.on('error', (error) => finish(failure(error, elapsed())))
  })
}

/**
 * PostgreSQL's start-up: a StartupMessage (protocol 3.0) is answered by 'R' (authentication) or 'E' (an error, also
 * while it starts: SQLSTATE 57P03). PostgreSQL documentation, "Message Formats".
 */
async function askPostgres(question: Question): Promise<AnswerSeen> {
  const words = Buffer.from(`user\0${CHECK_USER}\0database\0postgres\0\0`, 'latin1')
  const hello = Buffer.alloc(8)
  hello.writeInt32BE(words.length + 8, 0)
  hello.writeInt32BE(196_608, 4)
  const began = performance.now()
  return await converse(
    question,
    Buffer.concat([hello, words]),
    (first) => {
      const ms = performance.now() - began
      const kind = String.fromCharCode(first[0] ?? 0)
      if (kind === 'R') return { kind: 'answer', says: 'PostgreSQL answers', ms }
      const text = first.toString('latin1')
      if (kind === 'E' && /\0C57P03\0/.test(text))
        return { kind: 'wrong', says: 'PostgreSQL is starting up', ms }
      if (kind === 'E' && /\0C28/.test(text)) return { kind: 'answer', says: 'PostgreSQL answers', ms }
      if (kind === 'E')
        return { kind: 'wrong', says: `PostgreSQL says: ${/\0M([^\0]*)/.exec(text)?.[1] ?? 'an error'}`, ms }
      return { kind: 'wrong', says: 'what answers is not PostgreSQL', ms }
    },
    undefined,
  )
}

/** What is no protocol of its own: that a connection is taken and kept. A name server is asked besides, and answers at once. */
async function askTcp(question: Question): Promise<AnswerSeen> {
  const began = performance.now()
  const id = randomBytes(2).readUInt16BE(0)
  return await converse(
    question,
    question.speaks === 'dns' ? overTcp(dnsProbe(id)) : undefined,
    (first) => ({
      kind: 'answer',
      says:
        question.speaks === 'dns' && answersProbe(first.subarray(2), id)
          ? 'DNS answers'
          : 'accepts connections',
      ms: performance.now() - began,
    }),
    (ms) => ({ kind: 'answer', says: 'accepts connections', ms }),
  )
}
