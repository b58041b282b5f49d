import type { Variant } from '../../shared/model/project.ts';
import { visibleText } from '../charts/visible-text.ts';

interface VariantListProps {
  readonly variants: readonly Variant[];
  readonly baseline: string | undefined;
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (name: string, ticked: boolean) => void;
}

/** What a Dockerfile can be built to, each ticked or not. */
export function VariantList({ variants, baseline, ticked, onTick }: VariantListProps) {
  return (
    <ul className="variants">
      {variants.map((variant) => (
        <li key={variant.name}>
          <label>
            <input
              type="checkbox"
              checked={ticked.has(variant.name)}
              onChange={(event) => onTick(variant.name, event.target.checked)}
            />
            <span className="variants-name">{visibleText(variant.name)}</span>
            <span className="muted">{inWords(variant)}</span>
            {variant.services && (
              <span className="variants-services" title="The compose file builds it for this">
                {servicesInWords(variant.services)}
              </span>
            )}
            {variant.name === baseline && (
              <span className="variants-baseline" title="The others of this context are held against it">
                baseline
              </span>
            )}
          </label>
        </li>
      ))}
    </ul>
  );
}

function servicesInWords(services: readonly string[]): string {
  const names = services.map((service) => visibleText(service)).join(', ');
  return services.length === 1 ? `service ${names}` : `services ${names}`;
}

function inWords({ kind, target, needs }: Variant): string {
  switch (kind) {
    case 'single-stage':
      return 'single-stage';
    case 'multi-stage':
      return needs.length === 1 ? 'multi-stage, 1 stage' : `multi-stage, ${needs.length} stages`;
    case 'stage':
      return `stage ${visibleText(target ?? '')}, as far as it goes`;
  }
}
