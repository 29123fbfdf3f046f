import typer, sys
from cli.stack import up
from cli.start import start

app = typer.Typer()
app.command()(up)
app.command()(start)
if __name__ == "__main__":
    app()
