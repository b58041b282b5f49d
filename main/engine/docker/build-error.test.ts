import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../project/parse-dockerfile.ts';
import { buildError } from './build-error.ts';
import type { FailedStep } from './step-tracker.ts';

// Messages and steps as engine 20.10.24 prints them, and in the words of later BuildKits where those differ.
const offline =
  'failed to do request: Head "https://registry-1.docker.io/v2/library/nosuch/manifests/1": dial tcp: lookup registry-1.docker.io on 10.0.0.53:53: no such host';

function failure(
  dockerfile: string,
  message: string,
  step?: Partial<FailedStep> & { name: string },
  target?: string,
) {
  return buildError({
    message,
    step: step && { error: message, output: [], ...step },
    source: parseDockerfile(dockerfile, { path: 'app/Dockerfile', context: 'app' }),
    target,
  }).info;
}

describe('buildError', () => {
  it('shows the failing RUN with its lines, stage and last output', () => {
    const file = 'FROM debian AS one\nFROM debian\nRUN for i in 1 2; do echo out $i; done; \\\n    exit 7\n';
    const error =
      'executor failed running [/bin/sh -c for i in 1 2; do echo out $i; done;     exit 7]: exit code: 7';
    const step = {
      name: '[stage-1 2/2] RUN for i in 1 2; do echo out $i; done;     exit 7',
      error,
      output: ['out 1', 'out 2'],
    };
    expect(failure(file, error, step)).toEqual({
      code: 'build-step-failed',
      message: 'RUN ended with exit code 7',
      hint: expect.any(String),
      dockerfile: 'app/Dockerfile',
      line: 3,
      endLine: 4,
      text: 'RUN for i in 1 2; do echo out $i; done; \\\n    exit 7',
      stage: '1',
      output: ['out 1', 'out 2'],
    });
    const later = 'process "/bin/sh -c exit 7" did not complete successfully: exit code: 7';
    expect(failure('FROM debian\nRUN exit 7\n', later, { name: '[2/2] RUN exit 7' })).toMatchObject({
      message: 'RUN ended with exit code 7',
      line: 2,
    });
  });

  it('says what to do where the engine has no bridge network', () => {
    for (const error of [
      'executor failed running [/bin/sh -c true]: network bridge not found',
      'executor failed running [/bin/sh -c true]: failed to create endpoint ubv55 on network bridge: adding interface vetha4b66c4 to bridge docker0 failed: could not find bridge docker0: route ip+net: no such network interface',
    ]) {
      expect(failure('FROM debian\nRUN true\n', error, { name: '[2/2] RUN true' })).toMatchObject({
        code: 'build-step-failed',
        hint: expect.stringContaining('set the network of RUN to host'),
        line: 2,
      });
    }
  });

  it('names the base that cannot be had, its line and why', () => {
    const file = 'ARG V=1\nFROM debian AS ok\nFROM nosuch:$V\n';
    const step = { name: '[internal] load metadata for docker.io/library/nosuch:1', error: offline };
    const message = `failed to solve with frontend dockerfile.v0: failed to create LLB definition: ${offline}`;
    expect(failure(file, message, step)).toMatchObject({
      code: 'base-unavailable',
      message: expect.stringContaining('nosuch:1'),
      hint: expect.stringContaining('registry cannot be reached'),
      line: 3,
      text: 'FROM nosuch:$V',
      stage: '1',
    });
    const denied =
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
    expect(failure(file, denied, { ...step, error: denied }).hint).toContain('docker login');
    const missing = 'docker.io/library/nosuch:1: not found';
    expect(failure(file, missing, { ...step, error: missing }).hint).toContain('no such image');
  });

  it('names the image a COPY takes from', () => {
    const file = 'FROM debian\nCOPY --from=nosuchstage /a /b\n';
    const step = { name: 'FROM docker.io/library/nosuchstage:latest', error: offline };
    expect(failure(file, `failed to load cache key: ${offline}`, step)).toMatchObject({
      code: 'base-unavailable',
      message: expect.stringContaining('nosuchstage:latest'),
      line: 2,
    });
  });

  it('explains a frontend that cannot be pulled', () => {
    const file = '# syntax=docker/dockerfile:1\nFROM debian\n';
    const message = `failed to solve with frontend dockerfile.v0: failed to solve with frontend gateway.v0: ${offline}`;
    const expected = {
      code: 'syntax-unavailable',
      message: expect.stringContaining('docker/dockerfile:1'),
      hint: expect.stringContaining('remove the line'),
      line: 1,
      text: '# syntax=docker/dockerfile:1',
    };
    const name = 'resolve image config for docker.io/docker/dockerfile:1';
    expect(failure(file, message, { name, error: offline })).toMatchObject(expected);
    expect(failure(file, message)).toMatchObject(expected);
    expect(
      failure(file, offline, {
        name: 'resolve image config for docker-image://docker.io/docker/dockerfile:1',
      }),
    ).toMatchObject(expected);
  });

  it('shows the line BuildKit cannot read', () => {
    const at = (line: number, what: string) =>
      `failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line ${line}: ${what}`;
    expect(failure('FROM debian\nBOGUS x\n', at(2, 'unknown instruction: BOGUS'))).toMatchObject({
      code: 'dockerfile-invalid',
      message: expect.stringContaining('unknown instruction: BOGUS'),
      line: 2,
      text: 'BOGUS x',
    });
    expect(
      failure('FROM debian\nRUN <<EOT\necho hi\nEOT\n', at(3, 'unknown instruction: ECHO')),
    ).toMatchObject({
      message: expect.stringContaining('does not read heredocs'),
      hint: expect.stringContaining('# syntax=docker/dockerfile:1'),
      line: 3,
    });
    expect(failure('FROM debian\nCOPY --link a /\n', at(2, 'Unknown flag: link'))).toMatchObject({
      message: expect.stringContaining('--link'),
      line: 2,
    });
    const later = 'dockerfile parse error on line 2: unknown instruction: BOGUS (did you mean RUN?)';
    expect(failure('FROM debian\nBOGUS x\n', later)).toMatchObject({ code: 'dockerfile-invalid', line: 2 });
  });

  it.each([
    'no build stage in current context',
    'the Dockerfile cannot be empty',
    'circular dependency detected on stage: a',
    'file with no instructions',
  ])('takes "%s" for an invalid Dockerfile', (what) => {
    expect(failure('', `failed to create LLB definition: ${what}`)).toMatchObject({
      code: 'dockerfile-invalid',
      message: expect.stringContaining(what),
    });
  });

  it('lists the stages when the target is none', () => {
    const file = 'FROM debian AS one\nFROM debian\n';
    for (const message of ['target stage zzz could not be found', 'target stage "zzz" could not be found']) {
      expect(failure(file, message, undefined, 'zzz')).toMatchObject({
        code: 'stage-unknown',
        message: expect.stringContaining('"zzz"'),
        candidates: ['one', '1'],
      });
    }
  });

  it('says which file COPY does not find, and where', () => {
    const file = 'FROM debian AS b\nFROM debian\nCOPY nope.txt /\nCOPY --from=b /no/pe /\n';
    const context = { name: '[stage-1 2/3] COPY nope.txt /', error: '"/nope.txt" not found: not found' };
    expect(
      failure(file, 'failed to compute cache key: "/nope.txt" not found: not found', context),
    ).toMatchObject({
      code: 'build-step-failed',
      message: '/nope.txt is not in the build context',
      hint: expect.stringContaining('.dockerignore'),
      line: 3,
    });
    const later =
      'failed to compute cache key: failed to calculate checksum of ref 7f::x: "/nope.txt": not found';
    expect(failure(file, later, { ...context, error: later })).toMatchObject({
      message: '/nope.txt is not in the build context',
    });
    const lstat = 'lstat /var/lib/docker/overlay2/b5656a/merged/no/pe: no such file or directory';
    expect(failure(file, lstat, { name: '[stage-1 3/3] COPY --from=b /no/pe /' })).toMatchObject({
      message: '/no/pe is not in b, where COPY takes it from',
      line: 4,
    });
    // Today's engines leave their own folder out, and a stage may have folders of that name.
    for (const path of ['/no/pe', '/srv/fs/no/pe']) {
      const name = `[stage-1 3/3] COPY --from=b ${path} /`;
      expect(failure(file, `lstat ${path}: no such file or directory`, { name })).toMatchObject({
        message: `${path} is not in b, where COPY takes it from`,
      });
    }
    const relative = { name: '[stage-1 3/3] COPY --from=b no/pe /' };
    expect(failure(file, lstat, relative)).toMatchObject({
      message: '/no/pe is not in b, where COPY takes it from',
    });
  });

  it('recognises an engine that cannot take the context', () => {
    for (const error of [
      'failed to do request: Get "http://build-context-1f2e/": dial tcp: lookup build-context-1f2e: no such host',
      'failed to load cache key: invalid response status 403',
    ]) {
      expect(failure('FROM debian\n', error, { name: '[internal] load remote build context' })).toMatchObject(
        {
          code: 'builder-unsupported',
          hint: expect.stringContaining('28'),
        },
      );
    }
  });

  it('keeps the words of what it does not know', () => {
    expect(
      failure('FROM debian\n', 'failed to solve: rpc error: code = Unknown desc = out of plums'),
    ).toMatchObject({
      code: 'build-failed',
      message: 'The build failed: out of plums',
    });
  });
});
