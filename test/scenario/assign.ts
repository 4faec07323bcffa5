/**
 * The cheapest one-to-one choice (the Hungarian method): for each row the column it gets.
 * `cost` is square.
 */
export function assign(cost: readonly (readonly number[])[]): number[] {
  const n = cost.length;
  const rowPrice = new Array<number>(n + 1).fill(0);
  const columnPrice = new Array<number>(n + 1).fill(0);
  /** Row of each column, 1-based; 0: still free. Column 0 holds the row being placed. */
  const rowOf = new Array<number>(n + 1).fill(0);
  for (let row = 1; row <= n; row++) place(row);

  const columnOf = new Array<number>(n).fill(-1);
  for (let column = 1; column <= n; column++) columnOf[at(rowOf, column) - 1] = column - 1;
  return columnOf;

  function place(row: number): void {
    const slack = new Array<number>(n + 1).fill(Number.POSITIVE_INFINITY);
    const cameFrom = new Array<number>(n + 1).fill(0);
    const done = new Array<boolean>(n + 1).fill(false);
    let column = 0;
    rowOf[0] = row;
    do {
      done[column] = true;
      column = nearest(column, slack, cameFrom, done);
    } while (at(rowOf, column) !== 0);
    while (column !== 0) {
      const before = at(cameFrom, column);
      rowOf[column] = at(rowOf, before);
      column = before;
    }
  }

  function nearest(from: number, slack: number[], cameFrom: number[], done: boolean[]): number {
    const row = at(rowOf, from);
    let step = Number.POSITIVE_INFINITY;
    let next = 0;
    for (let column = 1; column <= n; column++) {
      if (done[column]) continue;
      const reduced = at(cost[row - 1] ?? [], column - 1) - at(rowPrice, row) - at(columnPrice, column);
      if (reduced < at(slack, column)) {
        slack[column] = reduced;
        cameFrom[column] = from;
      }
      if (at(slack, column) < step) {
        step = at(slack, column);
        next = column;
      }
    }
    for (let column = 0; column <= n; column++) {
      if (done[column]) {
        rowPrice[at(rowOf, column)] = at(rowPrice, at(rowOf, column)) + step;
        columnPrice[column] = at(columnPrice, column) - step;
      } else slack[column] = at(slack, column) - step;
    }
    return next;
  }
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
