import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AgentMessage, agentMessages, sshNumber, sshString } from '../ssh/agent-messages.ts';
import { type GrpcCall, GrpcError, type GrpcMethods, GrpcStatus, unary } from './grpc-server.ts';
import { bytesOf, encodeFields, fieldsOf, textOf } from './protobuf.ts';

/** Metadata of a call that says which agent is meant. */
const idHeader = 'buildkit.ssh.id';
/** The one that a mount without an id means. */
const defaultId = 'default';

/**
 * Put in the place of a request that is not let through: to sign with a key that nobody has, which every agent answers with
 * a failure, in its turn and without a line in its log.
 */
const refusedRequest = Buffer.concat([
  Buffer.from([AgentMessage.signRequest]),
  sshString(Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.alloc(32))])),
  sshString(''),
  sshNumber(0),
]);

/**
 * What `RUN --mount=type=ssh` asks for (`moby.sshforward.v1.SSH`): a stream of bytes to and from an agent for each
 * connection that a step opens. A step may list the keys and sign with them; it cannot add, remove or lock any.
 *
 * @param agents what connects to each, by id
 */
export function sshService(agents: ReadonlyMap<string, () => Promise<Duplex>>): GrpcMethods {
  return {
    '/moby.sshforward.v1.SSH/CheckAgent': unary((request) => {
      const [id] = [...fieldsOf(request)].filter((field) => field.number === 1).map(textOf);
      agentOf(agents, id);
      return new Uint8Array();
    }),
    '/moby.sshforward.v1.SSH/ForwardAgent': {
      async answer(call) {
        const id = call.metadata[idHeader];
        const agent = await agentOf(agents, Array.isArray(id) ? id[0] : id)();
        await forward(call, agent);
        return undefined;
      },
    },
  };
}

function agentOf(
  agents: ReadonlyMap<string, () => Promise<Duplex>>,
  id: string | undefined,
): () => Promise<Duplex> {
  const agent = agents.get(id || defaultId);
  // So it says that nothing was given, as the docker command does without an agent.
  if (!agent) throw new GrpcError(GrpcStatus.unimplemented, `unset ssh forward key ${id || defaultId}`);
  return agent;
}

/** Until either side has no more to say. */
async function forward(call: GrpcCall, agent: Duplex): Promise<void> {
  const requests = pipeline(requestsOf(call), agent);
  const answers = sendAnswers(call, agent);
  try {
    await Promise.race([answers, requests.then(() => answers)]);
  } finally {
    agent.destroy();
    await Promise.allSettled([answers]);
  }
}

async function* requestsOf(call: GrpcCall): AsyncGenerator<Buffer, void> {
  for await (const message of agentMessages(bytesFrom(call))) {
    const [kind] = message;
    const isAllowed = kind === AgentMessage.requestIdentities || kind === AgentMessage.signRequest;
    yield sshString(isAllowed ? message : refusedRequest);
  }
}

async function* bytesFrom(call: GrpcCall): AsyncGenerator<Uint8Array, void> {
  for (let message = await call.next(); message; message = await call.next()) {
    for (const field of fieldsOf(message)) if (field.number === 1) yield bytesOf(field);
  }
}

async function sendAnswers(call: GrpcCall, agent: Duplex): Promise<void> {
  for await (const chunk of agent as AsyncIterable<Buffer>) await call.send(encodeFields([[1, chunk]]));
}
