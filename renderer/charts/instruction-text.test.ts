import { describe, expect, it } from 'vitest';
import { instructionText, shortInstruction } from './instruction-text.ts';

describe('instructionText', () => {
  it.each([
    ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
    ['/bin/sh -c #(nop) ADD file:b76 in / ', 'ADD file:b76 in /'],
    ['/bin/sh -c apt-get update', 'RUN apt-get update'],
    ['RUN /bin/sh -c go build . # buildkit', 'RUN go build .'],
    ['RUN |2 A=b C=d e /bin/sh -c make # buildkit', 'RUN make'],
    ['|1 V=1 /bin/sh -c make', 'RUN make'],
    ['COPY /src/app /app # buildkit', 'COPY /src/app /app'],
    ['RUN echo "# buildkit is a comment"', 'RUN echo "# buildkit is a comment"'],
    ['RUN ["/bin/app"]', 'RUN ["/bin/app"]'],
    ['', ''],
    [null, 'no instruction recorded'],
  ])('%j', (createdBy, text) => {
    expect(instructionText(createdBy)).toBe(text);
  });

  it('can be one line', () => {
    expect(shortInstruction('RUN /bin/sh -c a &&\n\t  b # buildkit')).toBe('RUN a && b');
  });
});
