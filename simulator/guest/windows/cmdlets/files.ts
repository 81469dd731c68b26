import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { outputLines, text } from '../values.ts';
import type { Value } from '../values.ts';
import { filePath, filesAt } from './file-paths.ts';
import { bundleNamed } from '../../bundles.ts';

/** What works on files. */
export const fileCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['new-item', newItem],
  ['set-content', (call, session) => write(call, session, 'anew')],
  ['add-content', (call, session) => write(call, session, 'more')],
  ['out-file', (call, session) => write(call, session, 'anew')],
  ['get-content', getContent],
  ['remove-item', removeItem],
  ['rename-item', renameItem],
  ['ren', renameItem],
  ['get-childitem', (call, session) => filesAt(session, pathOf(call, '*')).map((FullName) => ({ FullName }))],
  ['set-location', setLocation],
  ['cd', setLocation],
  ['expand-archive', expandArchive],
];

function pathOf(call: Call, otherwise = ''): string {
  const path = argument(call, 'Path') ?? argument(call, 'LiteralPath') ?? argument(call, 'FilePath');
  return text(path ?? call.positional[0] ?? otherwise);
}

function filesOf({ guest }: Session): Map<string, string> {
  return guest.software.files;
}

function newItem(call: Call, session: Session): readonly Value[] {
  const path = pathOf(call);
  const isFolder = /^directory$/i.test(text(argument(call, 'ItemType') ?? ''));
  const file = isFolder ? `${filePath(session, path)}\\.` : filePath(session, path);
  filesOf(session).set(file, text(argument(call, 'Value') ?? ''));
  return [{ FullName: path }];
}

function write(call: Call, session: Session, how: 'anew' | 'more'): readonly Value[] {
  const file = filePath(session, pathOf(call));
  const value = argument(call, 'Value') ?? call.positional[1];
  const values = call.input.length > 0 ? call.input : value === undefined ? [] : [value];
  const before = how === 'more' ? (filesOf(session).get(file) ?? '') : '';
  filesOf(session).set(
    file,
    before +
      values
        .flatMap(outputLines)
        .map((line) => `${line}\r\n`)
        .join(''),
  );
  return [];
}

function getContent(call: Call, session: Session): readonly Value[] {
  const content = contentOf(session, pathOf(call));
  const lines = content.replace(/\r?\n$/, '').split(/\r?\n/);
  const tail = argument(call, 'Tail');
  return tail === undefined ? lines : lines.slice(-Number(text(tail)));
}

/** The text of a file. @throws PowerShellError where there is none. */
function contentOf(session: Session, path: string): string {
  const content = filesOf(session).get(filesAt(session, path)[0] ?? '');
  if (content !== undefined) return content;
  throw new PowerShellError(
    `Cannot find path '${path}' because it does not exist.`,
    'PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand',
  );
}

function removeItem(call: Call, session: Session): readonly Value[] {
  const folder = `${filePath(session, pathOf(call))}\\`;
  const inside = [...filesOf(session).keys()].filter((file) => file.startsWith(folder));
  for (const file of [...filesAt(session, pathOf(call)), ...inside]) filesOf(session).delete(file);
  return [];
}

function renameItem(call: Call, session: Session): readonly Value[] {
  const path = pathOf(call);
  const [file = ''] = filesAt(session, path);
  const content = contentOf(session, path);
  const folder = file.slice(0, file.lastIndexOf('\\'));
  filesOf(session).delete(file);
  filesOf(session).set(`${folder}\\${text(argument(call, 'NewName', 1) ?? '').toLowerCase()}`, content);
  return [];
}

function setLocation(call: Call, session: Session): readonly Value[] {
  session.folder = filePath(session, pathOf(call));
  return [];
}

function expandArchive(call: Call, session: Session): readonly Value[] {
  const path = pathOf(call);
  const bundle = bundleNamed(contentOf(session, path));
  if (bundle === undefined) {
    throw new PowerShellError(
      'End of Central Directory record could not be found.',
      'InvalidDataException',
      true,
    );
  }
  const folder = filePath(session, text(argument(call, 'DestinationPath', 1) ?? '.'));
  for (const program of bundle.programs) filesOf(session).set(`${folder}\\${program}`, program);
  return [];
}
