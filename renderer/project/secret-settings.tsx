import { visibleText } from '../charts/visible-text.ts';
import { Button, IconButton } from '../components/button.tsx';
import type { ProjectForm } from './project-form.ts';

interface SecretSettingsProps {
  readonly form: ProjectForm;
  readonly onChange: (change: Partial<ProjectForm>) => void;
}

const emptySecret: ProjectForm['secrets'][number] = { id: '', from: 'file', name: '' };

/** What RUN may use and the image has not: where each value is, never the value itself. */
export function SecretSettings({ form, onChange }: SecretSettingsProps) {
  const { secrets } = form;
  const changeSecret = (at: number, change: Partial<(typeof secrets)[number]>) =>
    onChange({ secrets: secrets.with(at, { ...secrets[at]!, ...change }) });
  return (
    <fieldset className="settings-args">
      <legend>Secrets and SSH</legend>
      {secrets.map((secret, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing else, and rows keep their places
        <div key={at} className="settings-secret">
          <input
            className="field"
            type="text"
            aria-label={`Id of secret ${at + 1}`}
            placeholder="id"
            spellCheck={false}
            autoComplete="off"
            value={secret.id}
            onChange={(event) => changeSecret(at, { id: event.target.value })}
          />
          <IconButton
            icon="cross"
            label={`Remove secret ${at + 1}`}
            onClick={() => onChange({ secrets: secrets.toSpliced(at, 1) })}
          />
          <select
            className="field"
            aria-label={`Where secret ${at + 1} is`}
            value={secret.from}
            onChange={(event) =>
              changeSecret(at, { from: event.target.value === 'environment' ? 'environment' : 'file' })
            }
          >
            <option value="file">file</option>
            <option value="environment">variable</option>
          </select>
          <input
            className="field"
            type="text"
            aria-label={secret.from === 'file' ? `Path of secret ${at + 1}` : `Variable of secret ${at + 1}`}
            placeholder={secret.from === 'file' ? 'path of the file' : 'NAME of the variable'}
            spellCheck={false}
            autoComplete="off"
            value={secret.name}
            onChange={(event) => changeSecret(at, { name: event.target.value })}
          />
          {unfinished(secret) && <p className="settings-secret-note muted">{unfinished(secret)}</p>}
        </div>
      ))}
      <div>
        <Button onClick={() => onChange({ secrets: [...secrets, emptySecret] })}>Add a secret</Button>
      </div>
      <label className="settings-check">
        <input
          type="checkbox"
          checked={form.ssh}
          onChange={(event) => onChange({ ssh: event.target.checked })}
        />
        Let RUN use SSH
      </label>
      {form.ssh && (
        <input
          className="field"
          type="text"
          aria-label="Paths of SSH keys or of an agent’s socket, separated by commas"
          placeholder="the SSH agent, or paths of keys"
          spellCheck={false}
          autoComplete="off"
          value={form.sshPaths}
          onChange={(event) => onChange({ sshPaths: event.target.value })}
        />
      )}
    </fieldset>
  );
}

/** What the build does with a secret of which not all is said. */
function unfinished({ id, name }: ProjectForm['secrets'][number]): string | undefined {
  const [own, where] = [id.trim(), name.trim()];
  if (own === '') return where === '' ? undefined : 'Without an id it is left out.';
  return where === '' ? `The variable ${visibleText(own)} is taken, else the file of that name.` : undefined;
}
