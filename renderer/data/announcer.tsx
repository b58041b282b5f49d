import { createContext, type ReactNode, use, useCallback, useRef } from 'react';

const AnnouncerContext = createContext<(text: string) => void>(() => {});

/** The live region that reads progress and results aloud; nothing is shown. */
export function AnnouncerProvider({ children }: { readonly children: ReactNode }) {
  const region = useRef<HTMLDivElement>(null);
  const announce = useCallback((text: string) => {
    if (region.current) region.current.textContent = text;
  }, []);
  return (
    <AnnouncerContext value={announce}>
      {children}
      <div ref={region} className="visually-hidden" role="status" aria-live="polite" data-announcer="" />
    </AnnouncerContext>
  );
}

export function useAnnounce(): (text: string) => void {
  return use(AnnouncerContext);
}
