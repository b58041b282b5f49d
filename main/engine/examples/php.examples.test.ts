import { describe, expect, it } from 'vitest';
import { askServer, expectToolIn, runIn } from './testing/containers.ts';
import { expectExplained } from './testing/expect-explained.ts';
import { givenEngine } from './testing/given-engine.ts';
import { givenExample } from './testing/given-example.ts';
import { leftBehind } from './testing/left-behind.ts';
import { sayAll } from './testing/say.ts';

const engine = givenEngine();

describe('php-laravel: Composer in one stage, PHP-FPM in the other', () => {
  const example = givenExample('php-laravel', engine);

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('traces the libraries to Composer’s line, and the project to the context', async () => {
    const library = await example.file('Dockerfile', '/var/www/html/vendor/monolog/monolog/Logger.php');
    expect(library.origin).toMatchObject({
      ...{ id: 'stage:0', name: 'vendor', stage: 0, rule: 'exact', through: [0, 1] },
      line: example.line('Dockerfile', 'RUN rm composer.lock && composer install'),
    });
    expect(library.package).toMatchObject({ ecosystem: 'composer', name: 'monolog/monolog' });
    const project = await example.file('Dockerfile', '/var/www/html/app/Console/Greet.php');
    const line = example.line('Dockerfile', 'COPY . .');
    expect(project.origin).toMatchObject({ id: 'context', stage: 1, line, rule: 'exact', through: [1] });
  });

  it('leaves Composer and git behind', async () => {
    const left = leftBehind(example.stage('Dockerfile', 'vendor'));
    expect(left).toContain('dpkg:composer');
    expect(left).toContain('Git');
    const images = { builder: example.tag('Dockerfile#vendor'), result: example.tag('Dockerfile') };
    await expectToolIn(images, ['composer', '--version'], /^Composer version 2/);
    await expectToolIn(images, ['git', '--version'], /^git version/);
  });

  it('says why: Composer, git and what they brought; PHP is in both', () => {
    expect(example.baseline()).toBe('Dockerfile.single');
    expect(sayAll(example.difference('Dockerfile'))).toMatch(/git|composer/i);
  });

  it('runs', async () => {
    const artisan = ['php', 'artisan', 'greet', 'Ada'] as const;
    for (const variant of ['Dockerfile', 'Dockerfile.single']) {
      expect(await runIn(example.tag(variant), ...artisan)).toBe('app.INFO: Hello, Ada\n');
    }
    await runIn(example.tag('Dockerfile'), 'php-fpm', '--test');
  });
});

describe('php-wordpress: a second stage that hardly helps', () => {
  const example = givenExample('php-wordpress', engine);
  const version = '/usr/share/webapps/wordpress/wp-includes/version.php';

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('traces WordPress to the line that unpacked it', async () => {
    const { origin } = await example.file('Dockerfile', version);
    const line = example.line('Dockerfile', 'RUN apt-get update && apt-get download wordpress');
    expect(origin).toMatchObject({ id: 'stage:0', name: 'build', stage: 0, line, endLine: line + 3 });
    expect(origin).toMatchObject({ rule: 'exact', through: [0, 1] });
    const server = await example.file('Dockerfile', '/usr/sbin/lighttpd');
    const installed = example.line(
      'Dockerfile',
      'RUN apt-get update && apt-get install -y --no-install-recommends lighttpd',
      1,
    );
    expect(server.origin).toMatchObject({ id: 'stage:1', stage: 1 });
    expect(server.origin!.line).toBe(installed);
  });

  it('leaves only what downloaded it behind', async () => {
    const build = example.stage('Dockerfile', 'build');
    expect(leftBehind(build)).toContain('dpkg:wget');
    expect(build.leftBehind).toBeLessThan(build.live! / 10);
    const images = { builder: example.tag('Dockerfile#build'), result: example.tag('Dockerfile') };
    await expectToolIn(images, ['wget', '--version'], /^GNU Wget/);
  });

  it('hardly helps, and says why: what runs it and WordPress itself are in both', () => {
    expect(example.baseline()).toBe('Dockerfile.single');
    const difference = example.difference('Dockerfile');
    const [single, multi] = ['Dockerfile.single', 'Dockerfile'].map(
      (name) => example.variant(name).image!.sizes.live!,
    );
    expect(multi! / single!).toBeGreaterThan(0.9);
    expect(sayAll(difference)).toMatch(/hardly|little|gains/i);
    const common = difference.reasons.filter(({ effect }) => effect === 'same');
    expect(common.length).toBeGreaterThan(0);
    expect(Math.max(...common.map(({ bytes }) => bytes))).toBeGreaterThan(multi! / 4);
    expect(sayAll(difference)).toMatch(/php|base/i);
  });

  it.each(['Dockerfile', 'Dockerfile.single'])('serves: %s', async (variant) => {
    const ask = 'echo file_get_contents("http://127.0.0.1:8080/wp-admin/setup-config.php");';
    expect(await askServer(example.tag(variant), 'php', '-r', ask)).toContain('WordPress');
  });
});
