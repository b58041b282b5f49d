import type { ReactNode } from 'react';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { visibleText } from '../charts/visible-text.ts';
import './config-list.css';
import './image-list.css';

/** How the image runs. */
export function ConfigList({ image }: { readonly image: ImageFacts }) {
  const { user, entrypoint, cmd, env, workingDir, labels } = image.config;
  const command = (words: readonly string[]) => (words.length > 0 ? JSON.stringify(words) : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section className="image-list" aria-label="Configuration" tabIndex={0}>
      <dl className="config-list">
        <Item term="Image ID">{image.id}</Item>
        <Item term="User">{user || 'root, as none is set'}</Item>
        <Item term="Working directory">{workingDir || '/'}</Item>
        <Item term="Entrypoint">{command(entrypoint)}</Item>
        <Item term="Command">{command(cmd)}</Item>
        <Item term="Environment">
          {env.length > 0 && [...new Set(env)].map((entry) => <Line key={entry} text={entry} />)}
        </Item>
        <Item term="Labels">
          {Object.keys(labels).length > 0 &&
            Object.entries(labels).map(([name, value]) => <Line key={name} text={`${name}=${value}`} />)}
        </Item>
      </dl>
    </section>
  );
}

function Item({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd className="path">
        {typeof children === 'string'
          ? visibleText(children)
          : children || <span className="muted">none</span>}
      </dd>
    </>
  );
}

function Line({ text }: { readonly text: string }) {
  return (
    <div>
      <bdi>{visibleText(text)}</bdi>
    </div>
  );
}
