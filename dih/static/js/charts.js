// Draws a chart from the data block that its canvas names; the table beside it then folds away.

// The first three are those of the money bar.
const COLOURS = { spent: "#08327f", reserved: "#5b8def", requested: "#f0b429", blue: "#0b45b5", teal: "#0b766e", green: "#2f9e69", amber: "#d99a00", red: "#b3211c", purple: "#6a3aa8", grey: "#9aa6bf", light: "#8fb1f5" };
const ORDER = Object.keys(COLOURS).slice(3);

function library() {
  return new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = new URL("../dist/chart.min.js", import.meta.url);
    script.onload = loaded;
    script.onerror = failed;
    document.head.append(script);
  });
}

function tableOf(canvas) {
  return canvas.closest(".graph").querySelector(".graph-table");
}

export async function draw(canvases) {
  await library();
  const { Chart } = window;
  Object.assign(Chart.defaults.font, { family: getComputedStyle(document.body).fontFamily, size: 14 });
  Chart.defaults.color = "#4a5672";
  // Figures stand still: what is read or printed at once is right.
  Chart.defaults.animation = false;
  window.addEventListener("beforeprint", () => canvases.forEach((canvas) => { tableOf(canvas).open = true; }));
  for (const canvas of canvases) {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const whole = new Intl.NumberFormat(data.language, { maximumFractionDigits: 0 });
    const short = new Intl.NumberFormat(data.language, { notation: "compact", maximumFractionDigits: 1 });
    const unit = (text) => (data.money ? (data.language === "ro" ? `${text} €` : `€${text}`) : text);
    const round = data.kind === "doughnut";
    canvas.parentElement.hidden = false;
    tableOf(canvas).open = false;
    new Chart(canvas, {
      type: data.kind,
      data: {
        labels: data.labels,
        datasets: data.series.map((series, index) => {
          const colour = COLOURS[series.colour] ?? COLOURS[ORDER[index % ORDER.length]];
          return {
            label: series.name,
            data: series.values.map((value) => (value === null ? null : data.money ? value / 100 : value)),
            backgroundColor: round ? series.values.map((_, at) => COLOURS[ORDER[at % ORDER.length]]) : colour,
            borderColor: round ? "#fff" : colour,
            borderWidth: round ? 2 : data.kind === "line" ? 2.5 : 0,
            borderRadius: data.kind === "bar" ? 4 : 0,
            maxBarThickness: 46,
            pointRadius: 3,
            tension: 0.25,
          };
        }),
      },
      options: {
        responsive: true,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: {
          legend: { display: round || data.series.length > 1, position: "bottom", labels: { usePointStyle: true, padding: 16 } },
          tooltip: { callbacks: { label: (item) => ` ${round ? item.label : item.dataset.label}: ${unit(whole.format(item.raw))}` } },
        },
        scales: round ? {} : {
          x: { stacked: data.stacked, grid: { display: false } },
          y: { stacked: data.stacked, beginAtZero: true, border: { display: false }, grid: { color: "#e6ebf4" }, ticks: { maxTicksLimit: 6, callback: (value) => unit(short.format(value)) } },
        },
      },
    });
  }
}
