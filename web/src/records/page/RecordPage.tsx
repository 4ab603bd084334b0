export default function RecordPage({ type, id }: { type: string; id: string }) {
  return (
    <main>
      {type} {id}
    </main>
  );
}
