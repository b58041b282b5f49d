import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../project/parse-dockerfile.ts';
import { locateStep, parseStepName } from './locate-step.ts';

const parse = (text: string) => parseDockerfile(text, { path: 'Dockerfile', context: '.' });
const lines = (name: string, text: string) => {
  const found = locateStep(name, parse(text));
  return found && [found.stage, found.line, found.endLine];
};

const twoStages = String.raw`ARG BASE=debian:bookworm
FROM $BASE AS Builder
ARG WHO=you
ENV X=1
WORKDIR /src
COPY hello.txt .
LABEL a=b
RUN echo "building $WHO" && \
    # a comment
    sleep 1 && \

    echo done > out
USER nobody
FROM builder AS side
RUN true
FROM scratch
COPY --from=builder /src/out /out
COPY --from=debian:bookworm-slim /etc/hostname /h
RUN ["/bin/sh", "-c", "true"]
CMD ["cat", "/out"]
`;

describe('parseStepName', () => {
  it.each([
    ['[builder 3/4] RUN make', { stage: 'builder', index: 3, total: 4, keyword: 'RUN', text: 'RUN make' }],
    ['[2/3] COPY . .', { stage: undefined, index: 2, total: 3, keyword: 'COPY' }],
    ['[ 2/11] COPY . .', { stage: undefined, index: 2, total: 11 }],
    ['[stage-1  2/12] RUN x', { stage: 'stage-1', index: 2, total: 12 }],
    ['[linux/amd64 builder 1/3] FROM x', { stage: 'builder', index: 1, total: 3 }],
    ['[linux/amd64->arm64 builder  1/13] FROM x', { stage: 'builder', index: 1, total: 13 }],
    ['[linux/arm/v7 1/3] FROM x', { stage: undefined, index: 1, total: 3 }],
  ])('reads %s', (name, expected) => {
    expect(parseStepName(name)).toMatchObject(expected);
  });

  it.each(['[internal] load build definition', 'exporting to image', 'copy /context /', '[a 1/b] RUN x', ''])(
    'finds no number in %j',
    (name) => expect(parseStepName(name)).toBeUndefined(),
  );
});

describe('locateStep', () => {
  // Names as engine 20.10 gives them for this Dockerfile.
  it.each([
    ['[builder 1/4] FROM docker.io/library/debian:bookworm', [0, 2, 2]],
    ['[builder 1/4] FROM docker.io/library/debian:bookworm@sha256:0123', [0, 2, 2]],
    ['[builder 2/4] WORKDIR /src', [0, 5, 5]],
    ['[builder 3/4] COPY hello.txt .', [0, 6, 6]],
    ['[builder 4/4] RUN echo "building you" &&     sleep 1 &&     echo done > out', [0, 8, 12]],
    ['[linux/amd64 builder 4/4] RUN echo "building you" && sleep 1 && echo done > out', [0, 8, 12]],
    ['[side 1/1] RUN true', [1, 15, 15]],
    ['[stage-2 1/3] COPY --from=builder /src/out /out', [2, 17, 17]],
    ['[stage-2 2/3] COPY --from=debian:bookworm-slim /etc/hostname /h', [2, 18, 18]],
    ['FROM docker.io/library/debian:bookworm-slim', [2, 18, 18]],
    ['[stage-2 3/3] RUN ["/bin/sh", "-c", "true"]', [2, 19, 19]],
  ])('finds %s', (name, expected) => {
    expect(lines(name, twoStages)).toEqual(expected);
  });

  it.each([
    '[internal] load remote build context',
    '[internal] load metadata for docker.io/library/debian:bookworm',
    'exporting to image',
    '[side 1/1] FROM builder',
    '[builder 4/4] RUN something else',
    '[nosuch 1/1] RUN true',
    '[builder 9/9] CMD ["cat"]',
  ])('says nothing of %s', (name) => {
    expect(lines(name, twoStages)).toBeUndefined();
  });

  it('tells equal instructions apart by their number', () => {
    const file = 'FROM a AS only\nRUN true\nENV x=1\nRUN true\nRUN true\n';
    expect(lines('[2/4] RUN true', file)).toEqual([0, 2, 2]);
    expect(lines('[3/4] RUN true', file)).toEqual([0, 4, 4]);
    expect(lines('[4/4] RUN true', file)).toEqual([0, 5, 5]);
  });

  it("believes the text where the base's ONBUILD shifts the numbers", () => {
    // As 20.10 prints it: two ONBUILD steps, and the total without them.
    const file = 'FROM onb AS a\nWORKDIR /q\nFROM a\nRUN true\n';
    expect(lines('[a 2/2] COPY f.txt /f', file)).toBeUndefined();
    expect(lines('[a 3/2] RUN echo onb > /o', file)).toBeUndefined();
    expect(lines('[a 4/2] WORKDIR /q', file)).toEqual([0, 2, 2]);
    // Where equal texts leave it open, nothing is said.
    expect(lines('[5/3] RUN true', 'FROM onb\nRUN true\nRUN true\n')).toBeUndefined();
  });

  it('knows stages of one name by what they run', () => {
    const file = 'FROM a AS x\nRUN one\nFROM b AS x\nRUN two\nFROM c\nRUN one\n';
    expect(lines('[x 2/2] RUN two', file)).toEqual([1, 4, 4]);
    expect(lines('[stage-2 2/2] RUN one', file)).toEqual([2, 6, 6]);
    expect(lines('[x 1/2] FROM docker.io/library/a', file)).toBeUndefined();
  });

  it('matches variables that were replaced, and those that were not', () => {
    const file = [
      'FROM a',
      'ENV V="a b" W=q',
      `RUN echo $V \${W:-\${V}} "$W" '$W' \\$W \${NOPE} > /x`,
      `ADD Dockerfile /d/\${W}/`,
    ].join('\n');
    expect(lines(`[2/3] RUN echo a b q "q" '$W' $W \${NOPE} > /x`, file)).toEqual([0, 3, 3]);
    expect(lines('[3/3] ADD Dockerfile /d/q/', file)).toEqual([0, 4, 4]);
    expect(lines('[3/3] ADD Dockerfile /e/q/', file)).toBeUndefined();
  });

  it('matches a heredoc by its first line', () => {
    const file = '# syntax=docker/dockerfile:1\nFROM a\nRUN <<EOF\necho hi\nEOF\nRUN true\n';
    expect(lines('[2/3] RUN <<EOF (echo hi)', file)).toEqual([0, 3, 5]);
    expect(lines('[3/3] RUN true', file)).toEqual([0, 6, 6]);
  });

  it('honours the escape directive and instructions in any case', () => {
    const file = '# escape=`\nFROM a\nrun echo one `\n  two\\\n';
    expect(lines('[2/2] RUN echo one   two\\', file)).toEqual([0, 3, 4]);
  });

  it('takes linear time for hostile text', () => {
    const file = `FROM a\nRUN ${'$a.'.repeat(20_000)}${'${'.repeat(20_000)};\n`;
    const started = performance.now();
    expect(lines(`[2/2] RUN ${'x'.repeat(200_000)}`, file)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('finds a vertex that another build at the same time has named', () => {
    const text =
      'FROM golang:1.22 AS builder\nWORKDIR /src\nRUN make\nFROM scratch\nCOPY --from=builder /a /\n';
    // As of a Dockerfile of one stage with five steps.
    expect(lines('[1/5] FROM docker.io/library/golang:1.22', text)).toEqual([0, 1, 1]);
    expect(lines('[2/5] WORKDIR /src', text)).toEqual([0, 2, 2]);
    expect(lines('[3/5] RUN make', text)).toEqual([0, 3, 3]);
    // Another base, text or place is another vertex.
    expect(lines('[1/5] FROM docker.io/library/golang:1.21', text)).toBeUndefined();
    expect(lines('[3/5] RUN make install', text)).toBeUndefined();
    expect(lines('[2/5] RUN make', text)).toBeUndefined();
  });
});
