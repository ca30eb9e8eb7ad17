// The head of a table: columns of text, then columns of numbers.
export function TableHeads({ texts, numbers }: { texts: string[]; numbers: string[] }) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {texts.map((label) => (
          <th key={label} scope="col">
            {label}
          </th>
        ))}
        {numbers.map((label) => (
          <th key={label} scope="col" class="numeric">
            {label}
          </th>
        ))}
      </tr>
    </thead>
  );
}
