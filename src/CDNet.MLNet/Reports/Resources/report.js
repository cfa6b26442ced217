"use strict";
for (const header of document.querySelectorAll("#files th")) {
    header.addEventListener("click", () => {
        const column = header.cellIndex;
        const isDescending = header.ariaSort !== "descending";
        for (const other of header.parentNode.cells)
            other.ariaSort = null;
        header.ariaSort = isDescending ? "descending" : "ascending";
        const isNumber = header.classList.contains("number");
        const body = document.querySelector("#files tbody");
        const value = row => row.cells[column].dataset.value;
        const rows = [...body.rows].sort((a, b) => isNumber ? value(a) - value(b) : value(a).localeCompare(value(b)));
        body.append(...(isDescending ? rows.reverse() : rows));
    });
    // Who has no mouse sorts too.
    header.tabIndex = 0;
    header.addEventListener("keydown", event => {
        if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            header.click();
        }
    });
}
