import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { type Duplex, duplexPair } from 'node:stream';
import { AgentMessage, agentMessages, sshNumber, sshString } from './agent-messages.ts';

/** A private key that an agent signs with. */
export interface AgentKey {
  /** As ssh writes public keys. */
  readonly publicKey: Buffer;
  readonly comment: string;
  readonly type: string;
  readonly key: KeyObject;
}

/** Why a file is no key that can be used; `passphrase`: it is, but locked. */
export type KeyProblem = 'passphrase' | 'no-key';

/** What signs for each type of key, and with which digest. RSA has a choice, made by the flags of the request. */
const digests: Readonly<Record<string, string | undefined>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};
const rsa = { sha256: 2, sha512: 4 } as const;

/** Reads a private key as `ssh-keygen` writes it, or PuTTY. */
export async function readKey(text: Buffer): Promise<AgentKey | KeyProblem> {
  // It loads for some 30 ms, which only builds with keys of their own need to spend.
  const { default: ssh2 } = await import('ssh2');
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) return /encrypted/i.test(parsed.message) ? 'passphrase' : 'no-key';
  if (!parsed.isPrivateKey()) return 'no-key';
  const { type, comment } = parsed;
  if (type !== 'ssh-rsa' && type !== 'ssh-ed25519' && !digests[type]) return 'no-key';
  return { type, comment, publicKey: parsed.getPublicSSH(), key: createPrivateKey(parsed.getPrivatePEM()) };
}

/** A connection to an agent that has these keys: it lists them and signs with them, and does nothing else. */
export function connectKeyAgent(keys: readonly AgentKey[]): Duplex {
  const [ours, theirs] = duplexPair();
  serve(ours, keys).then(
    () => ours.end(),
    (error: Error) => ours.destroy(error),
  );
  ours.on('error', () => undefined);
  return theirs;
}

async function serve(connection: Duplex, keys: readonly AgentKey[]): Promise<void> {
  for await (const message of agentMessages(connection)) {
    const reply = sshString(answer(message, keys) ?? Buffer.from([AgentMessage.failure]));
    // Whoever does not read the answers is not asked for more requests.
    await new Promise((resolve) => connection.write(reply, resolve));
  }
}

function answer(message: Buffer, keys: readonly AgentKey[]): Buffer | undefined {
  if (message[0] === AgentMessage.requestIdentities) {
    const listed = keys.flatMap(({ publicKey, comment }) => [sshString(publicKey), sshString(comment)]);
    return Buffer.concat([Buffer.from([AgentMessage.identities]), sshNumber(keys.length), ...listed]);
  }
  if (message[0] !== AgentMessage.signRequest) return undefined;
  const [publicKey, afterKey] = takeString(message, 1);
  const [data, afterData] = takeString(message, afterKey);
  if (!publicKey || !data || afterData + 4 > message.length) return undefined;
  const key = keys.find((one) => one.publicKey.equals(publicKey));
  if (!key) return undefined;
  const signature = signatureOf(key, data, message.readUInt32BE(afterData));
  return Buffer.concat([Buffer.from([AgentMessage.signature]), sshString(signature)]);
}

/** The string at a place, and where the next thing begins; undefined where the message ends before. */
function takeString(message: Buffer, at: number): readonly [Buffer | undefined, number] {
  const start = at + 4;
  const end = start <= message.length ? start + message.readUInt32BE(at) : start;
  return end <= message.length && start <= message.length
    ? [message.subarray(start, end), end]
    : [undefined, message.length];
}

/** The name of the algorithm and the signature by it (RFC 4253, 5656, 8332, 8709). */
function signatureOf({ type, key }: AgentKey, data: Buffer, flags: number): Buffer {
  const digest = digests[type];
  if (digest) {
    const both = sign(digest, data, { key, dsaEncoding: 'ieee-p1363' });
    const half = both.length / 2;
    const numbers = [both.subarray(0, half), both.subarray(half)].map(sshInteger);
    return Buffer.concat([sshString(type), sshString(Buffer.concat(numbers))]);
  }
  if (type === 'ssh-ed25519') return Buffer.concat([sshString(type), sshString(sign(null, data, key))]);
  if (flags & rsa.sha512)
    return Buffer.concat([sshString('rsa-sha2-512'), sshString(sign('sha512', data, key))]);
  if (flags & rsa.sha256)
    return Buffer.concat([sshString('rsa-sha2-256'), sshString(sign('sha256', data, key))]);
  return Buffer.concat([sshString(type), sshString(sign('sha1', data, key))]);
}

/** An `mpint` that is not negative: no zeros in front, but for one where the first bit would be a sign. */
function sshInteger(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  const digits = bytes.subarray(start);
  return sshString(digits[0]! & 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits);
}
