// Draws the Vega-Lite specs of a page without eval: `ast` interprets expressions, `svg` keeps text as text.
(() => {
  const NARROW = 420; // a phone: names get less room, the legend stands in one column

  const specOf = (figure) => JSON.parse(figure.querySelector("script[type='application/json']").textContent);

  const draw = (figure) => {
    const theme = document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light";
    const { spec, configs } = specOf(figure);
    const target = figure.querySelector("[data-chart-view]");
    const config = { ...configs[theme], ...(spec.config || {}) };
    if (target.clientWidth < NARROW) {
      config.legend = { ...config.legend, columns: 1 };
      config.axisY = { ...config.axisY, labelLimit: 110 };
    }
    return window.vegaEmbed(target, { ...spec, config }, {
      ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true },
    }).then(() => {
      const drawing = target.querySelector("svg");
      if (drawing) drawing.setAttribute("aria-hidden", "true");
      figure.dataset.drawn = theme;
    });
  };

  const drawAll = (root = document) => {
    const figures = [...root.querySelectorAll("figure[data-chart]")];
    if (!figures.length) return;
    window.holdfast.load(document.body.dataset.vega).then(() => figures.forEach(draw));
  };

  document.addEventListener("DOMContentLoaded", () => drawAll());
  document.addEventListener("holdfast:theme", () => { if (window.vegaEmbed) drawAll(); });
  document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
})();
