import { sayList } from '../../model/say.ts'

/** What of QUIC's version negotiation is needed to ask whether a QUIC server is there (RFC 9000). */

/** A version that no server speaks: those of the form 0x?a?a?a?a are kept to make servers negotiate (RFC 9000 15). */
const RESERVED = 0x1a_2a_3a_4a

/** A server may drop what is shorter; only a client's datagram of this size must be answered (RFC 9000 6.1, 14.1). */
export const PROBE_BYTES = 1200

/** Long header, fixed bit, and the type of a first packet (RFC 9000 17.2). */
const FIRST_BYTE = 0xc0

/** Connection ids of eight bytes are what a client's first packet needs at least (RFC 9000 7.2). */
const ID_BYTES = 8

/** The connection ids of one question: by them its answer is known. */
export interface QuicIds {
  readonly to: Buffer
  readonly from: Buffer
}

/** The ids in `random`, which holds at least PROBE_BYTES. */
export function quicIds(random: Buffer): QuicIds {
  return { to: random.subarray(0, ID_BYTES), from: random.subarray(ID_BYTES, 2 * ID_BYTES) }
}

/**
 * A packet of a version that no server speaks, filled up with random bytes. Nothing of a connection is made by it: the
 * answer is one datagram and no state (RFC 9000 6.1).
 */
export function quicProbe(random: Buffer): Buffer {
  const { to, from } = quicIds(random)
  const head = Buffer.alloc(5)
  head.writeUInt8(FIRST_BYTE, 0)
  head.writeUInt32BE(RESERVED, 1)
  const size = Buffer.of(ID_BYTES)
  const packet = Buffer.concat([head, size, to, size, from])
  return Buffer.concat([packet, random.subarray(packet.length, PROBE_BYTES)])
}

/**
 * The versions that a version negotiation packet offers (RFC 9000 17.2.1), reserved ones left out; undefined for anything
 * that is none, or that answers another question.
 */
export function offeredVersions(packet: Buffer, ids: QuicIds): readonly number[] | undefined {
  // First byte, version 0, then both ids with their sizes; the server gives ours back, each in the other's place.
  if (packet.length < 7 || (packet.readUInt8(0) & 0x80) === 0 || packet.readUInt32BE(1) !== 0)
    return undefined
  const idAt = (at: number): Buffer => packet.subarray(at + 1, at + 1 + (packet[at] ?? 0))
  const to = idAt(5)
  const next = 6 + to.length
  const from = idAt(next)
  const rest = packet.subarray(next + 1 + from.length)
  if (!to.equals(ids.from) || !from.equals(ids.to) || rest.length < 4 || rest.length % 4 !== 0)
    return undefined
  return Array.from({ length: rest.length / 4 }, (_, index) => rest.readUInt32BE(index * 4)).filter(
    (version) => (version & 0x0f0f0f0f) >>> 0 !== 0x0a0a0a0a,
  )
}

/** Versions with a name of their own: RFC 9000, RFC 9369; 0xff0000NN are the drafts before them. */
const names: ReadonlyMap<number, string> = new Map([
  [0x0000_0001, '1'],
  [0x6b33_43cf, '2'],
])

function nameOf(version: number): string {
  const draft = version >>> 8 === 0xff_00_00 ? `draft ${version & 0xff}` : undefined
  return names.get(version) ?? draft ?? `0x${version.toString(16).padStart(8, '0')}`
}

/** "QUIC answers, version 1", "QUIC answers, versions 1 and 2". */
export function sayVersions(versions: readonly number[]): string {
  const said = [...new Set(versions.map(nameOf))]
  return said.length === 0
    ? 'QUIC answers'
    : `QUIC answers, ${said.length === 1 ? 'version' : 'versions'} ${sayList(said)}`
}
