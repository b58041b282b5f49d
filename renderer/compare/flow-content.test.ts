import { describe, expect, it } from 'vitest';
import type { Flow } from '../../shared/model/project-document.ts';
import type { Owner } from '../charts/owners.ts';
import { flowContents } from './flow-content.ts';

const flow = (from: string, to: string, bytes: number): Flow => ({ from, to, bytes });
const owner = (id: string): Owner => ({ id, kind: 'base', label: id, title: id, color: 'base-1' });
const owners = new Map(['base:golang', 'base:debian', 'stage:0'].map((id) => [id, owner(id)]));
const content = (flows: readonly Flow[], index: number) =>
  flowContents(flows, (id) => owners.get(id))(flows[index]!)?.map(({ owner, bytes }) => [owner.id, bytes]);

const certificates = [
  flow('base:golang', 'stage:0', 2),
  flow('stage:0', 'stage:1', 15),
  flow('base:debian', 'stage:1', 74),
  flow('stage:1', 'image', 89),
];

describe('what a flow is made of', () => {
  it('is what came and what starts there, to the byte', () => {
    expect(content(certificates, 0)).toEqual([['base:golang', 2]]);
    expect(content(certificates, 1)).toEqual([
      ['base:golang', 2],
      ['stage:0', 13],
    ]);
    expect(content(certificates, 3)).toEqual([
      ['base:golang', 2],
      ['stage:0', 13],
      ['base:debian', 74],
    ]);
  });

  it('is not guessed where several origins go several ways', () => {
    const split = [...certificates, flow('stage:0', 'stage:2', 1), flow('stage:2', 'image', 1)];
    expect(content(split, 1)).toBeUndefined();
    expect(content(split, 3)).toBeUndefined();
    const one = [flow('stage:0', 'stage:1', 3), flow('stage:0', 'stage:2', 4)];
    expect(content(one, 1)).toEqual([['stage:0', 4]]);
  });

  it('is not known of an origin that nobody knows, and nothing of a flow without bytes', () => {
    expect(content([flow('stage:7', 'image', 3)], 0)).toBeUndefined();
    expect(content([flow('base:golang', 'stage:0', 0)], 0)).toEqual([]);
  });
});
