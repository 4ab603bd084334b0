namespace Guanxi.Server.Sales;

/// <summary>The two small scripts of public forms: one runs on the form's own page, the other puts that page into somebody's site.</summary>
internal static class FormScript
{
    /// <summary>Does the proof of work while the form is filled in (a plain SHA-256, since browsers give theirs to https pages only) and tells a page around it how tall it is.</summary>
    public const string OnPage = """
        "use strict";
        (() => {
          const form = document.querySelector("form[data-bits]");
          const tell = () => parent !== window && parent.postMessage({ guanxiForm: location.pathname, height: document.documentElement.scrollHeight }, "*");
          tell();
          addEventListener("resize", tell);
          if (!form) return;
          const primes = [];
          for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
          const part = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
          const K = primes.map((p) => part(Math.cbrt(p)));
          const start = primes.slice(0, 8).map((p) => part(Math.sqrt(p)));
          const w = new Int32Array(64);
          function first(text) {
            const length = text.length, blocks = ((length + 8) >> 6) + 1, words = new Int32Array(blocks * 16);
            for (let i = 0; i < length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
            words[length >> 2] |= 0x80 << (24 - (length % 4) * 8);
            words[words.length - 1] = length * 8;
            let H = start.slice();
            for (let at = 0; at < words.length; at += 16) {
              let [a, b, c, d, e, f, g, h] = H;
              for (let i = 0; i < 64; i++) {
                if (i < 16) w[i] = words[at + i];
                else {
                  const x = w[i - 15], y = w[i - 2];
                  w[i] = w[i - 16] + w[i - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
                }
                const t = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
                const u = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
                h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
              }
              H = [a, b, c, d, e, f, g, h].map((x, i) => (x + H[i]) | 0);
            }
            return H[0] >>> 0;
          }
          const bits = Number(form.dataset.bits), token = form.elements.token.value;
          let n = 0;
          const work = () => {
            for (const end = performance.now() + 12; performance.now() < end; n++) {
              if (Math.clz32(first(token + "." + n)) >= bits) { form.elements.proof.value = n; return; }
            }
            setTimeout(work, 4);
          };
          work();
          form.addEventListener("submit", () => setTimeout(() => { form.querySelector("button").disabled = true; }));
        })();
        """;

    /// <summary>Puts the form's page where the script stands. KEY is replaced.</summary>
    public const string Embed = """
        "use strict";
        (() => {
          const script = document.currentScript, base = new URL(script.src), frame = document.createElement("iframe"), query = new URLSearchParams(location.search);
          const address = new URL("/forms/KEY", base);
          address.searchParams.set("page", location.origin + location.pathname);
          for (const name of ["utm_campaign", "utm_medium"]) if (query.get(name)) address.searchParams.set(name, query.get(name));
          frame.src = address.href;
          frame.title = script.dataset.title || "Form";
          frame.style.cssText = "width:100%;border:0;min-height:320px";
          script.after(frame);
          addEventListener("message", (event) => {
            if (event.origin === base.origin && event.source === frame.contentWindow && event.data && event.data.guanxiForm && event.data.height > 0) frame.style.height = Math.min(event.data.height, 4000) + "px";
          });
        })();
        """;
}
