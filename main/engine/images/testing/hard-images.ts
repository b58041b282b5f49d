import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { TreeEntry } from '../../testing/tree.ts';

/** What a test builds: a Dockerfile and the files beside it. */
export interface HardImage {
  readonly dockerfile: string;
  readonly files?: () => Promise<Readonly<Record<string, string | Buffer>>>;
  /** What must be in it, or it would not be hard. */
  readonly holds?: Readonly<Record<string, Partial<TreeEntry>>>;
}

const base = 'debian:bookworm-slim';
/** Of CAP_NET_RAW, as setcap writes it. */
const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex').toString('latin1');

/** Built images that are hard to read right, by what is in them. In their order: one is the base of another. */
export const hardImages: Readonly<Record<string, HardImage>> = {
  'deletions, opaque directories, copy-ups and overwritten files': {
    dockerfile: String.raw`FROM ${base}
RUN mkdir -p /w/gone/deep /w/opaque/kept /w/dir /w/mode && cd /w && \
    for i in 1 2 3; do head -c ${'$'}{i}000 /dev/urandom > gone/deep/$i; echo $i > opaque/kept/$i; echo $i > dir/$i; done && \
    head -c 5000 /dev/urandom > chmod && cp chmod chown && cp chmod touched && echo first > over && echo one > again
RUN cd /w && rm -r gone dir/1 && rm -r opaque && mkdir opaque && echo new > opaque/new && \
    chmod 4711 chmod && chown 1234:5678 chown && chown -R 42 dir && chmod 2750 mode && \
    echo second, longer > over && rm again && touch -d 2001-02-03 touched
RUN cd /w && echo two > again && rm -rf /usr/share/zoneinfo /usr/share/perl5 && mkdir gone && echo back > gone/deep && \
    mv dir renamed && chmod 700 / && mkdir -p /tmp/a/b && rmdir /tmp/a/b /tmp/a
`,
  },
  'hard links and symbolic links, changed targets, files and directories in place of each other': {
    holds: {
      '/w/twin': { names: ['/w/twin', '/w/twin2'] },
      '/w/dangling2': { kind: 'symlink', target: '/nowhere' },
      '/w/dir': { kind: 'file' },
      '/w/file': { kind: 'directory' },
    },
    dockerfile: String.raw`FROM ${base}
RUN mkdir /w && cd /w && echo hard > a && ln a b && ln a c && ln -s a to && ln -s /nowhere dangling && \
    ln -s 'x -> y' 'a -> b' && mkdir dir was && echo 1 > dir/child && echo file > file && ln -s dir link && \
    echo f > was/f && echo out > out && ln out /w/dir/out && echo 2 > twin && ln twin twin2
RUN cd /w && ln -sfn b to && rm a && chmod 600 b && ln c d && rm -r dir && echo now a file > dir && \
    rm file && mkdir -p file/deep && echo x > file/deep/x && rm link && mkdir link && echo y > link/y && \
    rm -r was && ln -s link was
RUN cd /w && ln /etc/passwd passwd && ln dangling dangling2 && echo more >> c && \
    ln -s ${'/long'.repeat(60)} long && rm -r link && ln -s /etc link
`,
  },
  'odd names, devices, FIFOs, setuid, extended attributes and a sparse file of 1 GiB': {
    dockerfile: String.raw`FROM ${base}
ADD odd.tar /odd/
RUN cd /odd && mkdir 'with space' && echo 1 > 'with space/ ' && echo 2 > "$(printf 'new\nline')" && \
    echo 3 > "$(printf 'not \377 UTF-8')" && echo 4 > '"quoted" \ and '\''single'\' && echo 5 > 'ünï 文件 🗄' && \
    echo 6 > ./-dash && echo 7 > '*' && echo 8 > wh.no && echo 9 > .who && \
    mkfifo fifo && mknod null c 1 3 && mknod loop b 7 3 && mknod was-device c 4 300 && \
    mkdir sticky && chmod 1777 sticky && cp /bin/true setuid && chmod 6755 setuid && \
    echo owned > owned && chown 3000000:4000000000 owned && \
    truncate -s 1G sparse && echo end >> sparse
RUN cd /odd && rm was-device && echo a file > was-device && mkdir -p ${'long-'.repeat(40)}/${'path-'.repeat(40)} && \
    echo deep > ${'long-'.repeat(40)}/${'path-'.repeat(40)}/${'n'.repeat(255)} && chmod 700 capable
`,
    files: async () => ({ 'odd.tar': await oddTar() }),
    holds: {
      '/odd/capable': { mode: '700', xattrs: [`security.capability=${capability}`] },
      '/odd/sparse': { size: 2 ** 30 + 4 },
      '/odd/owned': { uid: 3_000_000, gid: 4_000_000_000 },
      '/odd/null': { kind: 'character', target: '1:3' },
      '/odd/fifo': { kind: 'fifo' },
    },
  },
  'FROM scratch with one file': { dockerfile: 'FROM scratch\nCOPY Dockerfile /only\n' },
  'no layer at all': { dockerfile: 'FROM scratch\nLABEL holds=nothing\nCMD ["/nothing"]\n' },
  'empty layers': {
    dockerfile: `FROM ${base}\nENV A=b\nRUN true\nWORKDIR /new/deep\nRUN true\nWORKDIR /new/deep\nUSER nobody\nRUN true\nCMD ["true"]\n`,
  },
  'the base of the next': {
    dockerfile: `FROM ${base}\nRUN echo 1 > /one && echo 1 > /all\nRUN echo 2 > /two && echo 2 > /all\nRUN rm /one && echo 3 > /all\n`,
  },
  'a base of several layers': {
    dockerfile: `FROM layerscope-engines:the-base-of-the-next\nRUN echo again > /one && rm /two && chmod 600 /all\n`,
  },
};

/** What RUN cannot make without tools that the base lacks: file capabilities. */
async function oddTar(): Promise<Buffer> {
  const tar = pack();
  const header = { name: 'capable', mode: 0o755, pax: { 'SCHILY.xattr.security.capability': capability } };
  tar.entry(header, 'may open raw sockets');
  tar.entry({ name: 'plain' }, 'nothing special');
  tar.finalize();
  return buffer(tar);
}
