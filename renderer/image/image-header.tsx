import { formatCount, formatPercent } from '../../shared/model/format-bytes.ts';
import { causes, type ImageFacts } from '../../shared/model/image-document.ts';
import { causeWords } from '../charts/cause-words.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Bytes } from '../components/bytes.tsx';
import './image-header.css';

/** What an image is and how large; what is not known is said, never shown as 0. */
export function ImageHeader({ image }: { readonly image: ImageFacts }) {
  const { sizes, reclaimableByCause, efficiency } = image;
  const format = useFormatBytes();
  const reasons = reclaimableByCause ? causes.filter((cause) => reclaimableByCause[cause] > 0) : [];
  return (
    <header className="image-header">
      <div className="image-header-name">
        <h1>
          {sizes.live === null ? 'Size not known' : <Bytes value={sizes.live} />}{' '}
          <span>{visibleText(image.name)}</span>
        </h1>
        <p className="muted">
          {image.platform} · <span className="path">{image.id.replace(/^sha256:/, '').slice(0, 12)}</span>
          {image.files !== null && ` · ${formatCount(image.files)} files`}
          {image.created !== null && ` · created ${image.created.slice(0, 10)}`}
        </p>
      </div>
      <dl className="image-header-facts">
        <Fact term="stored" title="What all layers carry">
          <Size value={sizes.stored} />
        </Fact>
        <Fact
          term="reclaimable"
          title="Stored less live: what no longer shows in the image"
          detail={
            reasons.length > 0
              ? reasons
                  .map((cause) => `${causeWords[cause]} ${format(reclaimableByCause![cause])}`)
                  .join(', ')
              : sizes.reclaimable === 0
                ? 'nothing is stored in vain'
                : undefined
          }
        >
          <Size value={sizes.reclaimable} />
        </Fact>
        <Fact term="efficiency" title="Live of stored">
          {efficiency === null ? (
            <span className="image-header-unknown">not known</span>
          ) : (
            formatPercent(efficiency)
          )}
        </Fact>
        <Fact term="engine SIZE" title="What the engine itself reports, as in docker images">
          <Size value={sizes.engine} />
        </Fact>
      </dl>
    </header>
  );
}

function Size({ value }: { readonly value: number | null }) {
  return value === null ? <span className="image-header-unknown">not known</span> : <Bytes value={value} />;
}

function Fact({
  term,
  title,
  detail,
  children,
}: {
  readonly term: string;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly children: React.ReactNode;
}) {
  return (
    <div>
      <dt title={title}>{term}</dt>
      <dd>{children}</dd>
      {detail && <dd className="image-header-detail">{detail}</dd>}
    </div>
  );
}
