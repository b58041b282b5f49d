import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { z } from 'zod';
import { isAppUrl } from './app-address.ts';

/** Every handler of the main process is registered here: it answers the app's own main frame only, and checks its input. */
export function handle<I extends z.ZodType, R>(
  channel: string,
  input: I,
  handler: (input: z.output<I>, event: IpcMainInvokeEvent) => Promise<R>,
): void {
  ipcMain.handle(channel, async (event, ...args) => {
    requireOwnPage(channel, event);
    return handler(checked(channel, input, args), event);
  });
}

/** The same for messages without an answer. */
export function listen<I extends z.ZodType>(
  channel: string,
  input: I,
  listener: (input: z.output<I>, event: IpcMainEvent) => void,
): void {
  ipcMain.on(channel, (event, ...args) => {
    try {
      requireOwnPage(channel, event);
      listener(checked(channel, input, args), event);
    } catch (error) {
      console.error(error); // Nobody waits for an answer, so it is said here.
    }
  });
}

/** No argument at all. */
export const Nothing = z.tuple([]);

function requireOwnPage(channel: string, { senderFrame, sender }: IpcMainEvent | IpcMainInvokeEvent): void {
  // A frame that is gone or has gone elsewhere by now is null.
  if (senderFrame && senderFrame === sender.mainFrame && isAppUrl(senderFrame.url)) return;
  throw new Error(`${channel} was refused: it did not come from the app's own page`);
}

function checked<I extends z.ZodType>(channel: string, input: I, args: unknown[]): z.output<I> {
  const parsed = input.safeParse(args);
  if (parsed.success) return parsed.data;
  throw new Error(`${channel} was refused: ${z.prettifyError(parsed.error)}`);
}
