export default function CustomerPage({ type, id }: { type: string; id: string }) {
  return (
    <main>
      {type} {id}
    </main>
  );
}
