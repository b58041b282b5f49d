/** Numbers of the ssh-agent protocol (draft-ietf-sshm-ssh-agent, section 6.1) that are used here. */
export const AgentMessage = {
  failure: 5,
  requestIdentities: 11,
  identities: 12,
  signRequest: 13,
  signature: 14,
} as const;

/** Bytes; OpenSSH's own bound. */
const longestMessage = 256 * 1024;
const lengthBytes = 4;

/** The messages of one direction, without their lengths. Throws a RangeError for one that is too long. */
export async function* agentMessages(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  let pending = Buffer.alloc(0);
  for await (const chunk of bytes) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= lengthBytes) {
      const end = lengthBytes + pending.readUInt32BE(0);
      if (end > longestMessage) throw new RangeError('The message to the ssh agent is too long');
      if (pending.length < end) break;
      yield pending.subarray(lengthBytes, end);
      pending = pending.subarray(end);
    }
  }
}

/** A `string` of ssh (RFC 4251, section 5), which is also how a message travels: its length, then its bytes. */
export function sshString(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([sshNumber(bytes.length), bytes]);
}

/** A `uint32`. */
export function sshNumber(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
