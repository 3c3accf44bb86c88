/** Its header and one question (RFC 1035 4.1). */
export const DNS_PROBE_BYTES = 17

/**
 * The least that a name server answers: who serves the root, asked without recursion. Whatever it is (a list, REFUSED), it is an
 * answer, and nobody else has to be asked for it. `id`: 0 to 65535.
 */
export function dnsProbe(id: number): Buffer {
  const probe = Buffer.alloc(DNS_PROBE_BYTES)
  probe.writeUInt16BE(id, 0)
  // One question; its name is the root, an empty one, at 12.
  probe.writeUInt16BE(1, 4)
  // NS, IN.
  probe.writeUInt16BE(2, 13)
  probe.writeUInt16BE(1, 15)
  return probe
}

/** Whether a message is the answer to the question that has this id. */
export function answersProbe(message: Buffer, id: number): boolean {
  return message.length >= 12 && message.readUInt16BE(0) === id && ((message[2] ?? 0) & 0x80) !== 0
}

/** As TCP carries a message (RFC 1035 4.2.2): its length before it. */
export function overTcp(message: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length, 0)
  return Buffer.concat([length, message])
}
