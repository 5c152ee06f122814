import type { Column } from '../../contracts/dataset.ts';
import type { DataFile } from './manifest-files.ts';

/** The lower or upper bound of a column of text in a file; undefined if it has none. */
export function boundText(
  columns: readonly Column[],
  column: string,
  bounds: DataFile['lower_bounds'],
): string | undefined {
  const id = columns.find(({ name }) => name === column)?.id;
  const found = bounds?.find(({ key }) => key === id);
  return found && Buffer.from(found.value).toString();
}
