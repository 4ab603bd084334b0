/** Groups an E.164 number for reading; what is not a plain number (a masked one, say) is shown as it came. */
export function phoneText(value: string): string {
  const [number, extension] = splitExtension(value);
  const grouped = group(number);
  return extension ? `${grouped} 转 ${extension}` : grouped;
}

/** A `tel:` address, or null for a masked or unreadable value. */
export function phoneLink(value: string): string | null {
  const [number, extension] = splitExtension(value);
  const compact = number.replace(/[\s-]/g, '');
  return /^\+?\d{3,15}$/.test(compact) ? `tel:${compact}${extension ? `,${extension}` : ''}` : null;
}

function splitExtension(value: string): [number: string, extension: string | null] {
  const match = /^(.*?)(?:;ext=|转|轉|x)(\d+)$/.exec(value);
  return match ? [match[1]!.trim(), match[2]!] : [value, null];
}

function group(number: string): string {
  const compact = number.replace(/[\s-]/g, '');
  const mobile = /^\+86(1[3-9]\d)(\d{4})(\d{4})$/.exec(compact);
  if (mobile) {
    return `${mobile[1]} ${mobile[2]} ${mobile[3]}`;
  }
  const service = /^\+86([48]00)(\d{3})(\d{4})$/.exec(compact);
  if (service) {
    return `${service[1]}-${service[2]}-${service[3]}`;
  }
  const landline = /^\+86(10|2\d|[3-9]\d{2})(\d{3,4})(\d{4})$/.exec(compact);
  if (landline) {
    return `0${landline[1]}-${landline[2]}${landline[3]}`;
  }
  const near = /^\+(852|853|886)(\d{3,5}?)(\d{4})$/.exec(compact);
  if (near) {
    return `+${near[1]} ${near[2]} ${near[3]}`;
  }
  return number;
}
