export default function AdminPages() {
  return <main />;
}
