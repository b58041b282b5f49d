import { describe, expect, it } from 'vitest';
import { expectToolIn, runImage, runIn } from './testing/containers.ts';
import { expectExplained } from './testing/expect-explained.ts';
import { givenEngine } from './testing/given-engine.ts';
import { givenExample } from './testing/given-example.ts';
import { leftBehind } from './testing/left-behind.ts';
import { sayAll } from './testing/say.ts';

const engine = givenEngine();

describe('java-gradle: a jar found by a wildcard', () => {
  const example = givenExample('java-gradle', engine);

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('traces the jar, under its new name, to the line of Gradle', async () => {
    const jar = await example.file('Dockerfile', '/app/app.jar');
    expect(jar.origin).toMatchObject({
      ...{ id: 'stage:0', name: 'builder', stage: 0, rule: 'exact', through: [0, 1] },
      line: example.line('Dockerfile', 'RUN gradle'),
    });
    // The COPY renamed it: its manifest says what it is.
    expect(jar.package).toMatchObject({ ecosystem: 'java', name: 'greeter', version: '1.4.2' });
  });

  it('leaves Gradle and the compiler behind', async () => {
    const left = leftBehind(example.stage('Dockerfile', 'builder'));
    expect(left).toContain('JDK');
    expect(left).toContain('Gradle');
    const images = { builder: example.tag('Dockerfile#builder'), result: example.tag('Dockerfile') };
    await expectToolIn(images, ['javac', '-version'], /^$|^javac \d+/);
    await expectToolIn(images, ['gradle', '--version'], /Gradle \d/);
    expect(await runIn(example.tag('Dockerfile.single'), 'gradle', '--version')).toMatch(/Gradle \d/);
  });

  it('says why: the JDK and Gradle', () => {
    expect(example.baseline()).toBe('Dockerfile.single');
    expect(sayAll(example.difference('Dockerfile'))).toMatch(/JDK|Gradle/);
  });

  it('runs', async () => {
    for (const variant of ['Dockerfile', 'Dockerfile.single']) {
      expect(await runImage(example.tag(variant), 'Ada')).toBe('Hello, Ada, from greeter 1.4.2\n');
    }
  });
});
