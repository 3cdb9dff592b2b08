// Lets the reader sort a table by any of its columns: a click on a head sorts, another turns the order.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  // Of a cell the number that it begins with, if it begins with one; else its text.
  const valueOf = (row, column) => {
    const text = row.cells[column].textContent.trim();
    const number = parseFloat(text.replaceAll(",", "").replace("−", "-"));
    return Number.isNaN(number) || /^[\d.]+[^\s\d.,%]/.test(text) ? text : number;
  };
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === typeof b) return a.localeCompare(b);
    return typeof a === "number" ? 1 : -1;
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isNumeric = column > 0 &&
        [...body.rows].some((row) => typeof valueOf(row, column) === "number");
      const first = isNumeric ? "descending" : "ascending";
      const second = isNumeric ? "ascending" : "descending";
      const order = head.getAttribute("aria-sort") === first ? second : first;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column) }));
      const isEmpty = ({ value }) => value === "";
      rows.sort((a, b) =>
        isEmpty(a) || isEmpty(b) ? isEmpty(a) - isEmpty(b) : sign * compare(a.value, b.value)
      );
      body.append(...rows.map(({ row }) => row));
    });
  });
}
