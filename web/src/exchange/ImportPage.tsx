export default function ImportPage({ batch }: { batch?: string }) {
  return <main>{batch}</main>;
}
