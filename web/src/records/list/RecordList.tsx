export default function RecordList({ type }: { type: string }) {
  return <main>{type}</main>;
}
