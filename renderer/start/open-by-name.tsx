import { type FormEvent, useEffect, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { imageAddress } from '../addresses.ts';
import { Button } from '../components/button.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { PullOffer } from '../components/pull-offer.tsx';
import { useLongCall } from '../data/use-long-call.ts';

/** Any image by name or id; where the engine does not have it, an offer to pull. */
export function OpenByName({ onPulled }: { readonly onPulled: () => void }) {
  const id = useId();
  const navigate = useNavigate();
  const [reference, setReference] = useState('');
  const [asked, setAsked] = useState('');
  const opening = useLongCall('image.open');
  const show = (name: string) => navigate(imageAddress({ kind: 'engine', reference: name }));

  // The image is there as soon as reading it begins; its own view shows the rest.
  const there = opening.state === 'done' || (opening.state === 'running' && opening.event !== undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it turns out to be there
  useEffect(() => {
    if (there) show(asked);
  }, [there]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const name = reference.trim();
    if (!name) return;
    setAsked(name);
    void opening.start({ source: { kind: 'engine', reference: name } });
  };
  const error = opening.state === 'failed' ? opening.error : undefined;
  return (
    <div className="open-by-name">
      <form onSubmit={submit}>
        <label htmlFor={id}>Open an image by name</label>
        <input
          id={id}
          className="field"
          type="text"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder="golang:1.22, ghcr.io/owner/app@sha256:…"
          value={reference}
          onChange={(event) => setReference(event.target.value)}
        />
        <Button type="submit" disabled={reference.trim() === '' || opening.state === 'running'}>
          {opening.state === 'running' ? 'Opening …' : 'Open image'}
        </Button>
      </form>
      {error?.code === 'image-not-found' ? (
        <PullOffer
          key={asked}
          reference={asked}
          onPulled={(name) => {
            onPulled();
            show(name);
          }}
        />
      ) : (
        error && <ErrorPanel error={error} />
      )}
    </div>
  );
}
