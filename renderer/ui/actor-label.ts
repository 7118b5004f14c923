/** `mean#0` → `mean` */
export function actorOfLabel(label: string): string {
  const at = label.lastIndexOf('#');
  return at === -1 ? label : label.slice(0, at);
}
