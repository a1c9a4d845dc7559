// A table that is told by its columns: each cell says on a narrow screen, where a row is a card, what it is.
import type { ComponentChildren } from "preact";
import { say, type MessageId } from "../messages";

export interface Column<Row> {
  id?: string; // Where two columns may say the same.
  label: MessageId;
  text?: string; // In the place of what the label says: what is known only when it is shown.
  show: (row: Row) => ComponentChildren;
  isHeading?: boolean; // Of its row.
  class?: string;
}

const keyOfColumn = <Row,>(column: Column<Row>): string => column.id ?? column.label;
const textOf = <Row,>({ label, text }: Column<Row>): string => text ?? say(label);

export interface TableProps<Row> {
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  rowClass?: (row: Row) => string | undefined;
  class?: string;
}

export function TableHead<Row>({ columns }: { columns: Column<Row>[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={keyOfColumn(column)} scope="col">
            {textOf(column)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

// `number`: its place in the whole table, from 1, where only a part of that is in the page.
export function TableRow<Row>({ columns, row, rowClass, number }: Pick<TableProps<Row>, "columns" | "rowClass"> & { row: Row; number?: number }) {
  return (
    <tr class={rowClass?.(row)} aria-rowindex={number}>
      {columns.map((column) =>
        column.isHeading ? (
          <th key={keyOfColumn(column)} scope="row" data-label={textOf(column)} class={column.class}>
            {column.show(row)}
          </th>
        ) : (
          <td key={keyOfColumn(column)} data-label={textOf(column)} class={column.class}>
            {column.show(row)}
          </td>
        ),
      )}
    </tr>
  );
}

export function Table<Row>({ columns, rows, keyOf, rowClass, class: name = "" }: TableProps<Row>) {
  return (
    <table class={`usa-table ${name}`}>
      <TableHead columns={columns} />
      <tbody>
        {rows.map((row) => (
          <TableRow key={keyOf(row)} columns={columns} row={row} {...(rowClass ? { rowClass } : {})} />
        ))}
      </tbody>
    </table>
  );
}
