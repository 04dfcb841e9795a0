"""The small knowledge base of the tests: every article has a phrase that occurs in no other, so that an answer shows its article."""
import os

# id: (language, title, questions, answer, the phrase that gives it away)
ARTICLES = {
    "shipping-cost": ("en", "What shipping costs", [
        "How much does shipping cost?", "What do I pay for delivery?", "Are there delivery charges?", "Price of postage", "Is shipping free?"],
        "Shipping costs 4.90 euro and is free above 59 euro.", "4.90 euro"),
    "opening-hours": ("en", "Opening hours", [
        "What are your opening hours?", "When is the shop open?", "Are you open on Saturday?", "At what time do you close today?", "Opening times of the store"],
        "The shop is open from Tuesday to Saturday, 9:30 to 18:45.", "9:30 to 18:45"),
    "payment-methods": ("en", "Ways to pay", [
        "Which payment methods do you accept?", "Can I pay by credit card?", "Do you take PayPal?", "How can I pay for my order?", "Is bank transfer possible?"],
        "We take credit cards, PayPal and bank transfer to account 77-1.", "account 77-1"),
    "gift-cards": ("en", "Gift cards", [
        "Do you sell gift cards?", "How do I redeem a gift voucher?", "Can I buy a voucher as a present?", "How long is a gift card valid?", "Gift card balance"],
        "Gift cards come in 25, 50 and 111 euro and never expire.", "111 euro"),
    "warranty": ("en", "Warranty", [
        "How long is the warranty?", "My device broke, is it covered by the guarantee?", "What does the guarantee cover?", "Warranty period for products",
        "Is there a warranty on repairs?"],
        "Everything has a warranty of 26 months, repairs included.", "26 months"),
    "invoice": ("en", "Invoices", [
        "Where do I find my invoice?", "I need a receipt for my tax office", "Can you send me the bill again?", "Download invoice as PDF", "Invoice with VAT number"],
        "Invoices are under My orders, button Paper R.", "Paper R"),
    "account-password": ("en", "Forgotten password", [
        "I forgot my password", "How can I reset my password?", "I cannot log in to my account", "Change the password of my account", "Login does not work"],
        "A new password comes by the link Forgotten on page L-3.", "page L-3"),
    "reso-merce": ("it", "Rendere un articolo", [
        "Come posso rendere un articolo?", "Vorrei restituire il prodotto", "Entro quanto tempo posso fare il reso?", "Procedura per la restituzione della merce",
        "Posso mandare indietro le scarpe?"],
        "Il reso è gratuito entro 33 giorni: stampa il modulo Z.", "modulo Z"),
}
IDS = list(ARTICLES)


def question(ident, number=0):
    questions = ARTICLES[ident][2]
    return questions[number % len(questions)]


def phrase(ident):
    return ARTICLES[ident][4]


def article_in(text):
    """The id of the article whose answer this is, or None."""
    return next((ident for ident in IDS if phrase(ident) in text), None)


def markdown(ident, language, title, questions, answer):
    lines = ["---", f"id: {ident}", f"title: {title}", f"language: {language}", "questions:"]
    return "\n".join(lines + [f"  - \"{q}\"" for q in questions] + ["---", "", answer, ""])


def write_articles(folder):
    os.makedirs(folder, exist_ok=True)
    for ident, (language, title, questions, answer, _) in ARTICLES.items():
        with open(os.path.join(folder, ident + ".md"), "w", encoding="utf-8") as f:
            f.write(markdown(ident, language, title, questions, answer))
