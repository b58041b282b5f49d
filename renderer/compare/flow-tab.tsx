import { type ReactNode, useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { stageAddress } from '../addresses.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import type { ComparedSide } from './comparison.tsx';
import { flowGraph, selectionFilter } from './flow-graph.ts';
import { FlowView } from './flow-view.tsx';

export interface FlowTabProps {
  readonly side: ComparedSide;
  readonly variant: VariantDocument;
  readonly folder: string;
  readonly filterBar: ReactNode;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
}

/** The flow of one of the two; what is selected in it is the filter of every view. */
export function FlowTab({ side, variant, folder, filterBar, selected, onSelect }: FlowTabProps) {
  const filter = useFileFilter();
  const navigate = useNavigate();
  const { owned } = side;
  const graph = useMemo(() => flowGraph(variant, owned), [variant, owned]);
  return (
    <FlowView
      variant={variant}
      handle={side.handle}
      graph={graph}
      filter={filter}
      filterBar={filterBar}
      onFilter={(selection) => filter.change(selectionFilter(selection), variant.dockerfile)}
      onLeftBehind={(stage) =>
        navigate(
          stageAddress(folder, variant.name, stage, {
            filter: { fate: 'leftBehind' },
            of: variant.dockerfile,
          }),
        )
      }
      selected={selected}
      onSelect={onSelect}
    />
  );
}
