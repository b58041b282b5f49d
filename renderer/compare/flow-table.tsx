import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import type { FlowGraph } from './flow-graph.ts';

/** The flow chart as rows, for those who do not see it. */
export function FlowTable({ graph, name }: { readonly graph: FlowGraph; readonly name: string }) {
  const format = useFormatBytes();
  const label = (index: number) => visibleText(graph.nodes[index]!.label);
  return (
    <table className="visually-hidden">
      <caption>Where the bytes of {name} come from, and what its stages left behind</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col">Bytes</th>
          <th scope="col">Of which</th>
        </tr>
      </thead>
      <tbody>
        {graph.edges.map(({ source, target, value }) => (
          <tr key={`${source} ${target}`}>
            <th scope="row">{label(source)}</th>
            <td>{label(target)}</td>
            <td>{formatExactBytes(value)}</td>
            <td />
          </tr>
        ))}
        {graph.nodes.map(
          ({ id, leftBehind }, index) =>
            leftBehind && (
              <tr key={id}>
                <th scope="row">{label(index)}</th>
                <td>left behind</td>
                <td>{formatExactBytes(leftBehind.bytes)}</td>
                <td>
                  {leftBehind.groups
                    .map((group) => `${visibleText(group.name)} ${format(group.bytes)}`)
                    .join(', ')}
                </td>
              </tr>
            ),
        )}
      </tbody>
    </table>
  );
}
