import { describe, expect, it } from 'vitest';
import { ComparisonDocument } from '../../shared/model/comparison-document.ts';
import { ImageDocument } from '../../shared/model/image-document.ts';
import { ProjectDocument } from '../../shared/model/project-document.ts';
import { comparisonReport, headline } from './comparison-report.ts';
import { imageReport } from './image-report.ts';
import { failuresReport, imagesReport, projectReport } from './project-report.ts';
import { instructionText } from './report-text.ts';
import { stylesFor } from './terminal.ts';
import { comparisonDocument, imageDocument, incompleteImage, projectDocument } from './testing/documents.ts';
import { testTerminal } from './testing/terminal.ts';
import { textWidth } from './text-width.ts';

const styles = stylesFor(testTerminal().stdout, {});
const options = { width: 80, top: 10, styles };

it('the documents they are tested with are such as the contract allows', () => {
  ImageDocument.parse(imageDocument);
  ImageDocument.parse(incompleteImage);
  ComparisonDocument.parse(comparisonDocument);
  ProjectDocument.parse(projectDocument);
});

const reports = {
  image: imageReport(imageDocument, options),
  incomplete: imageReport(incompleteImage, options),
  comparison: comparisonReport(comparisonDocument, options),
  project: projectReport(projectDocument, options),
};

it.each(Object.entries(reports))(
  'the %s report fits 80 columns and sends no control character',
  (_name, lines) => {
    for (const line of lines) {
      expect(textWidth(line), line).toBeLessThanOrEqual(80);
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
      expect(line).toBe(line.trimEnd());
    }
  },
);

describe('of an image', () => {
  const text = reports.image.join('\n');

  it('says what it weighs', () => {
    expect(text).toContain('live         953 MB  20,112 files');
    expect(text).toContain('reclaimable   10 MB  efficiency 99 %');
  });

  it('has a line a layer: sizes, files, where it is from, and the instruction as written', () => {
    expect(text).toMatch(/^0\s+117 MB\s+112 MB\s+\+3,204\s+base\s+ADD file:0123 in \/$/m);
    expect(text).toMatch(/^1\s+846 MB\s+841 MB\s+\+16,908 ~11 −4\s+line 3–4\s+RUN apt-get update && apt/m);
  });

  it('says what a list leaves out', () => {
    expect(text).toContain('and 10 more; 10 MB in all');
    const one = imageReport(imageDocument, { ...options, top: 1 }).join('\n');
    expect(one).toContain('and 11 more; 10 MB in all');
    expect(one).not.toContain('onerror');
  });

  it('never writes 0 for what is not known', () => {
    expect(reports.incomplete.join('\n')).not.toMatch(/\b0 B\b/);
    expect(reports.incomplete.find((line) => line.startsWith('live'))).toBe('live         –');
  });
});

describe('of a comparison', () => {
  const text = reports.comparison.join('\n');

  it('begins with the verdict and its reasons, or the sizes where there is none', () => {
    expect(reports.comparison.slice(0, 4)).toEqual([
      '79 % smaller: 953 MB → 201 MB',
      '− The Go toolchain of golang:1.22, 412 MB, stays behind in builder',
      '− Other files of golang:1.22, 341 MB, are no longer in the image:',
      '  debian:bookworm-slim instead of golang:1.22',
    ]);
    expect(comparisonReport({ ...comparisonDocument, difference: null }, options)[0]).toBe(
      '953 MB → 201 MB, −79 %',
    );
  });

  it('says which packages and settings differ, and what need not be pulled', () => {
    expect(text).toContain('1 of the 3 layers on the right, 117 MB, is on the left too');
    expect(text).toMatch(/^ +−200 MB {2}dpkg +gcc-12 +12\.2\.0-14$/m);
    expect(text).toContain('and 10 more; −300 MB in all');
    expect(text).toMatch(/^USER +– +nobody$/m);
  });

  it('lists what has changed with the difference, and where a moved file was', () => {
    expect(text).toMatch(/−17 MB\s+17 MB\s+–\s+removed\s+…/);
    expect(text).toMatch(/0 B\s+1.9 MB\s+1.9 MB\s+moved\s+\/out\/app → \/app/);
    expect(text).toMatch(/^removed\s+16,908\s+−754 MB$/m);
    expect(text).toMatch(/^same\s+3,200\s+199 MB$/m);
  });

  it.each([
    [963, 201, 201 / 963, '963 B → 201 B, −79 %'],
    [100, 250, 2.5, '100 B → 250 B, +150 %'],
    [100, 100, 1, '100 B → 100 B, the same'],
    [0, 5, null, '0 B → 5 B'],
    [null, 5, null, '– → 5 B'],
  ])('%s to %s', (left, right, ratio, line) => {
    expect(headline(left, right, ratio)).toBe(line);
  });
});

describe('of a project', () => {
  const text = reports.project.join('\n');

  it('begins with why whole images differ from the baseline, not the stages on the way', () => {
    expect(reports.project[0]).toBe('79 % smaller: 953 MB → 201 MB');
    expect(reports.project[1]).toBe('− The Go toolchain of golang:1.22, 412 MB, stays behind in builder');
    const groups = projectDocument.groups.map((group) => ({
      ...group,
      rows: group.rows.map((row) => ({ ...row, difference: null })),
    }));
    expect(projectReport({ ...projectDocument, groups }, options)[0]).toBe('953 MB → 201 MB, −79 %');
  });

  it('has a line a variant', () => {
    expect(text).toMatch(/^Dockerfile\.single\s+953 MB\s+baseline\s+built in 12 s, 3\/5 cached$/m);
    expect(text).toMatch(/^Dockerfile\s+201 MB\s+−752 MB\s+−79 %\s+built in/m);
    expect(text).toMatch(/^Dockerfile\.broken\s+–\s+–\s+failed in 0.4 s$/m);
  });

  it('says what stages leave behind, and which were not built', () => {
    expect(text).toContain('2 stages, 951 MB left behind');
    expect(text).toMatch(/^builder {5}953 MB {7}– {3}1\.9 MB {7}951 MB {2}on golang:1\.22$/m);
    expect(text).toMatch(/^ +412 MB {4}Go toolchain {2}\/usr\/local\/go$/m);
    expect(text).toMatch(/^ +249 MB {4}19 more$/m);
    expect(text).toMatch(/^tests {4}not built +on builder$/m);
  });

  it('says where the bytes of an image come from, with their share and lines', () => {
    expect(text).toContain('\nDockerfile  201 MB\n');
    expect(text).toMatch(/^ 199 MB {4}99 % {2}█{12} {2}base debian:bookworm-slim, line 12$/m);
    expect(text).toMatch(/^1\.96 MB {5}1 % {2}█ {13}stage builder \(392 kB by content\), lines 5, 7, 8…$/m);
  });

  it('tells of a stage with the image on the way to which it lies, or by itself where that was not built', () => {
    expect(text).not.toMatch(/^Dockerfile#builder {2}\S+ MB$/m);
    const whole = projectDocument.variants.find(({ name }) => name === 'Dockerfile')!;
    const stage = { ...whole, name: 'Dockerfile#builder', kind: 'stage' as const };
    const alone = projectReport({ ...projectDocument, variants: [stage] }, options).join('\n');
    expect(alone).toContain('\nDockerfile#builder  201 MB\n');
    expect(alone).toContain('base debian:bookworm-slim, line 12');
  });

  it('says what is wasted by which lines, and what to do about it', () => {
    expect(text).toMatch(
      /^ 50 MB {2}deleted {6}13 → 15 {4}….*\n {8}Join the RUNs on lines 13 and 15 into one$/m,
    );
    expect(text).toMatch(/^ {2}1 kB {2}overwritten {2}base → 15 {2}\/var\/lib\/dpkg\/status\nand 9 more/m);
  });

  it('tells once of a step that several variants need', () => {
    const broken = projectDocument.variants.at(-1)!;
    const variants = ['a', 'b'].map((name) => ({ ...broken, name }));
    const failures = failuresReport({ ...projectDocument, variants: [broken, ...variants] }, options);
    expect(failures[0]).toBe('Dockerfile.broken, a, b failed at line 4: RUN make\\tall');
    expect(failures).toHaveLength(4);
    const error = { ...broken.build.error!, line: 5 };
    const other = { ...broken, build: { ...broken.build, error } };
    expect(failuresReport({ ...projectDocument, variants: [broken, other] }, options)).toHaveLength(8);
  });

  it('says how the layers came from the engine, and how much of them', () => {
    expect(text).toMatch(/^Layers read: 2\.91 GB by save$/m);
    const [one, two, ...others] = projectDocument.variants;
    const build = { ...two!.build, transport: 'buildkit' as const, bytesRead: 0 };
    const both = { ...projectDocument, variants: [one!, { ...two!, build }, ...others] };
    expect(projectReport(both, options)).toContain('Layers read: 1.94 GB by save, 0 B by buildkit');
    const failed = { ...projectDocument, variants: others.filter(({ build }) => build.status === 'failed') };
    expect(projectReport(failed, options).join('\n')).not.toContain('Layers read');
  });

  it('names what can be run, or says how it could be', () => {
    expect(imagesReport(projectDocument)).toEqual([
      'Images to run:',
      '  layerscope/go-hello:dockerfile.single',
      '  layerscope/go-hello:dockerfile',
      '  layerscope/go-hello:dockerfile#builder',
    ]);
    const untagged = projectDocument.variants.map((each) => ({
      ...each,
      build: { ...each.build, tag: null },
    }));
    expect(imagesReport({ ...projectDocument, variants: untagged })).toEqual([
      'Images to run: build with --load',
    ]);
    expect(imagesReport({ ...projectDocument, variants: untagged.slice(-1) })).toEqual([]);
  });

  it('shows the last words of a step that failed', () => {
    expect(text).toContain(
      'Dockerfile.broken failed at line 4: RUN make\\tall\n  make: *** No rule\n  \\e[31mStop.',
    );
  });
});

it.each([
  ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
  ['/bin/sh -c make', 'RUN make'],
  ['RUN /bin/sh -c make # buildkit', 'RUN make'],
  ['RUN |1 V=1 /bin/sh -c make # buildkit', 'RUN make'],
  ['COPY /a /b # buildkit', 'COPY /a /b'],
  ['RUN a\\\n\t b\x1b', 'RUN a\\ b\\e'],
  [null, '–'],
])('%j is the instruction %s', (createdBy, text) => {
  expect(instructionText(createdBy)).toBe(text);
});

it('styles are for terminals that want them', () => {
  const { stdout } = testTerminal({ isTTY: true });
  expect(stylesFor(stdout, {}).bold('x')).toBe('\x1b[1mx\x1b[22m');
  expect(stylesFor(stdout, { NO_COLOR: '1' }).bold('x')).toBe('x');
  expect(stylesFor(stdout, { TERM: 'dumb' }).bold('x')).toBe('x');
  expect(stylesFor(testTerminal().stdout, {}).bold('x')).toBe('x');
});
