import { useCallback, useState } from 'react';
import { keepProjectForm, type ProjectForm, readProjectForm } from './project-form.ts';

/** What is set for this folder, kept with every change. */
export function useProjectForm(
  folder: string,
): readonly [ProjectForm, (change: Partial<ProjectForm>) => void] {
  const [form, setForm] = useState(() => readProjectForm(folder));
  const change = useCallback(
    (part: Partial<ProjectForm>) =>
      setForm((before) => {
        const next = { ...before, ...part };
        keepProjectForm(folder, next);
        return next;
      }),
    [folder],
  );
  return [form, change];
}
