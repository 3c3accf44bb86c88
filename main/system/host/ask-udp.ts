import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { HostAdapter } from '../../engine/adapters.ts'
import { isNoAnswer } from '../../model/errno.ts'
import type { AnswerSeen } from '../../model/observation.ts'
import { answersProbe, dnsProbe } from './dns-probe.ts'
import { offeredVersions, PROBE_BYTES, quicIds, quicProbe, sayVersions } from './quic.ts'

type Question = Parameters<HostAdapter['ask']>[0]

/** A datagram may be lost, and a server may be busy: the same is sent again after these pauses (ms), the last repeated. */
const AGAIN_MS = [100, 200, 400, 800] as const

/** A refusal (ICMP) comes within a millisecond; what is not refused by now is not refused (ms). */
const REFUSED_MS = 300

/**
 * Sends `datagram` again and again, and tells what comes of it: what `judge` makes of an answer (undefined: another one is
 * waited for), a refusal, or `silence` after `patience` ms. Never throws.
 */
async function exchange(
  { address, port }: Question,
  datagram: Buffer,
  patience: number,
  judge: (answer: Buffer, ms: number) => AnswerSeen | undefined,
  silence: (ms: number) => AnswerSeen,
): Promise<AnswerSeen> {
  const began = performance.now()
  const elapsed = (): number => performance.now() - began
  return await new Promise((resolve) => {
    const socket = createSocket('udp4')
    let again: NodeJS.Timeout | undefined
    let isOver = false
    const finish = (answer: AnswerSeen): void => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      clearTimeout(again)
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(() => finish(silence(elapsed())), patience)
    const fail = (error: NodeJS.ErrnoException): void => {
      const code = error.code ?? ''
      finish(
        isNoAnswer(code)
          ? { kind: 'refused', code, ms: elapsed(), datagram: true }
          : { kind: 'wrong', says: `no datagram could be sent (${code || error.message})`, ms: elapsed() },
      )
    }
    socket.on('error', fail)
    socket.on('message', (answer) => {
      const seen = judge(answer, elapsed())
      if (seen) finish(seen)
    })
    const send = (round: number): void => {
      if (isOver) return
      socket.send(datagram, (error) => (error ? fail(error) : undefined))
      again = setTimeout(() => send(round + 1), AGAIN_MS[Math.min(round, AGAIN_MS.length - 1)])
    }
    // Connected, so that a refusal is told, and nobody else can answer.
    socket.connect(port, address, (error?: NodeJS.ErrnoException) => (error ? fail(error) : send(0)))
  })
}

/**
 * QUIC: a packet of a reserved version must be answered by a version negotiation (RFC 9000 6.1), which costs the server no
 * state and needs no certificate. Another answer than that is told as wrong.
 */
export async function askQuic(question: Question): Promise<AnswerSeen> {
  const random = randomBytes(PROBE_BYTES)
  const ids = quicIds(random)
  let other = false
  return await exchange(
    question,
    quicProbe(random),
    question.deadline,
    (answer, ms) => {
      const versions = offeredVersions(answer, ids)
      if (versions) return { kind: 'answer', says: sayVersions(versions), ms }
      other = true
      return undefined
    },
    (ms) => (other ? { kind: 'wrong', says: 'what answers is not QUIC', ms } : { kind: 'timeout', ms }),
  )
}

/**
 * A name server is asked for the least that it answers. One that is silent is told as any other program of UDP.
 */
async function askDns(question: Question): Promise<AnswerSeen> {
  const id = randomBytes(2).readUInt16BE(0)
  return await exchange(
    question,
    dnsProbe(id),
    Math.min(question.deadline, REFUSED_MS),
    (answer, ms) => (answersProbe(answer, id) ? { kind: 'answer', says: 'DNS answers', ms } : undefined),
    unrefused,
  )
}

const unrefused = (ms: number): AnswerSeen => ({
  kind: 'answer',
  says: 'not refused (UDP shows no more)',
  ms,
})

/**
 * Plain UDP: an empty datagram, the least that can be sent, is refused where no program has the port. That it is
 * not refused is all there is to know.
 */
export async function askUdp(question: Question): Promise<AnswerSeen> {
  if (question.speaks === 'dns') return await askDns(question)
  return await exchange(
    question,
    Buffer.alloc(0),
    Math.min(question.deadline, REFUSED_MS),
    (_, ms) => ({ kind: 'answer', says: 'a datagram is answered', ms }),
    unrefused,
  )
}
