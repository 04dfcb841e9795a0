import Knowledge
import Messages
import Testing

struct `A matter that only people may handle` {
    @Test(
        arguments: [
            ("La vostra lampada ha preso fuoco", MessageTone.Matter.safety), ("your lamp caught fire and burned my curtain", .safety),
            ("Your lamp set fire to my curtains", .safety),
            ("mio figlio ha ingoiato un pezzo di cera, cosa faccio", .safety), ("my son swallowed a piece of wax", .safety), ("ho preso la scossa accendendo la lampada", .safety),
            ("I got an electric shock from the lamp", .safety), ("mi sono fatto male con il tavolo", .safety), ("the candle burned my hand", .safety),
            ("mi sono tagliata con il vetro", .safety),
            ("il mio avvocato vi scriverà domani", .legal), ("My lawyer will be contacting you, I'm suing your company.", .legal), ("vi porto in tribunale", .legal),
            ("see you in court", .legal), ("passerò alle vie legali", .legal), ("we will take legal action", .legal), ("vi denuncio alla guardia di finanza", .legal),
            ("I'll report you to the police", .legal), ("I'll sue you", .legal), ("mi hanno addebitato lo stesso ordine due volte", .money),
            ("I was charged twice for the same order", .money),
            ("ho un doppio addebito sulla carta", .money), ("there is a payment I don't recognise, is it fraud?", .money), ("mi avete truffato", .money),
            ("qualcuno ha usato la mia carta rubata", .money), ("an unauthorised payment on my card", .money), ("my account was hacked", .privacy),
            ("il mio account è stato hackerato", .privacy),
            ("is it true that there was a data breach?", .privacy), ("i miei dati sono stati rubati", .privacy),
        ])
    func `is recognised`(text: String, matter: MessageTone.Matter) {
        #expect(MessageTone(text).matter == matter)
    }

    @Test(
        arguments: [
            "How long should I burn my candle the first time?", "dove butto le lampadine led bruciate?", "my bulb burnt out which one do I buy", "si è bruciata la luce dentro",
            "La mia candela fa fumo nero", "Come uso la garanzia legale?", "Missed my delivery twice, can I pick the parcel up at the depot?",
            "ho fatto due volte lo stesso ordine ne annullo uno",
            "the lamp delivered today short-circuits", "il mobile è fatto male", "le sue sedie sono belle", "I placed the same order twice cancel one",
            "can one product be exchanged twice?",
            "is there an out of court body for disputes I can turn to", "la settimana scorsa ho ordinato un vaso", "penso che mi abbiano rubato il pacco",
            "pago con carta o contanti?",
            "does the sofa go with a fireplace?", "pagamento in due rate", "a glass with cut edges", "the table hurt nobody's eyes, it is lovely",
            "is it a legal holiday on Monday?",
        ])
    func `is not seen where there is none`(text: String) {
        #expect(MessageTone(text).matter == nil)
    }

    @Test func `is not looked for without an end`() {
        #expect(MessageTone(String(repeating: "fuoco preso due volte ", count: 20_000)).matter == nil)
    }
}

struct `Anger` {
    @Test(arguments: ["Vergognatevi!", "this is ridiculous", "servizio pessimo", "you are idiots", "sono furiosa"])
    func `is heard`(text: String) { #expect(MessageTone(text).isAngry) }

    @Test(arguments: ["non sono arrabbiata", "a great shop", "Quanto costa la spedizione?", "not angry at all"])
    func `is not heard where there is none`(text: String) { #expect(!MessageTone(text).isAngry) }
}

struct `Several questions in one message` {
    @Test(
        arguments: [
            ("Quanto costa la spedizione? Posso pagare con PayPal?", 2), ("I bought a lamp. It is broken. How do I return it? And how much is shipping?", 2),
            ("- how much is shipping\n- do you take paypal\n- where are you", 3), ("1) quanto costa spedire\n2) accettate paypal", 2),
            ("quanto costa la spedizione e come faccio un reso", 2), ("fate i pacchetti regalo? quanto costano?", 0), ("Where is my order?", 0),
            ("Quanto costa la spedizione?!", 0), ("see https://x.example/?a=b thanks", 0),
            ("sale e pepe fanno parte del set", 0), ("how and when do you ship", 0), ("a? b? c? d?", 0), ("Ciao, come va? Volevo sapere quanto costa spedire in Sicilia.", 0),
            ("can i return a lamp? also when do i get my money back", 2), ("can i return a lamp? i bought it in march", 0),
            ("one is it? two is it? three is it? four is it? five is it?", 0),
        ])
    func `are taken apart, and one question is left whole`(text: String, count: Int) {
        #expect(QuestionSplitter.parts(of: text).count == count)
    }
}
