import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import type { ByteBase } from '../../shared/model/format-bytes.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';

interface Settings {
  readonly byteBase: ByteBase;
  readonly setByteBase: (base: ByteBase) => void;
  readonly theme: ThemeChoice;
  readonly setTheme: (theme: ThemeChoice) => void;
}

const SettingsContext = createContext<Settings | undefined>(undefined);

const byteBaseKey = 'layerscope.byteBase';
const themeKey = 'layerscope.theme';
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

/** Before the first paint, so that nothing flashes. */
export function applyTheme(choice: ThemeChoice = readTheme()): void {
  const dark = choice === 'dark' || (choice === 'system' && systemDark.matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

function readTheme(): ThemeChoice {
  const kept = localStorage.getItem(themeKey);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function SettingsProvider({ children }: { readonly children: ReactNode }) {
  const [byteBase, keepByteBase] = useState<ByteBase>(() =>
    localStorage.getItem(byteBaseKey) === 'two' ? 'two' : 'ten',
  );
  const [theme, keepTheme] = useState(readTheme);

  useEffect(() => {
    applyTheme(theme);
    if (theme !== 'system') return;
    const follow = () => applyTheme('system');
    systemDark.addEventListener('change', follow);
    return () => systemDark.removeEventListener('change', follow);
  }, [theme]);

  const setByteBase = useCallback((base: ByteBase) => {
    localStorage.setItem(byteBaseKey, base);
    keepByteBase(base);
  }, []);
  const setTheme = useCallback((choice: ThemeChoice) => {
    localStorage.setItem(themeKey, choice);
    keepTheme(choice);
  }, []);

  const settings = useMemo(
    () => ({ byteBase, setByteBase, theme, setTheme }),
    [byteBase, setByteBase, theme, setTheme],
  );
  return <SettingsContext value={settings}>{children}</SettingsContext>;
}

export function useSettings(): Settings {
  const settings = use(SettingsContext);
  if (!settings) throw new Error('useSettings is called outside of SettingsProvider');
  return settings;
}
