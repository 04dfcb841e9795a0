extension ReviewLexicon {
    /// A line a concept: `name: English words | Italian words`; a name after `+` is that of a thing, which tells articles apart as other words do. `-` says nothing of the subject; `@class.name` excludes the other names of its class; a word after `!` is the
    /// concept's opposite.
    static let text = """
        -: onto upon within among along toward towards across behind beside besides despite unlike else anyway therefore thus hence both either such against done doing ago kind type part sort certain various several further rather almost nearly together yourself ourselves themselves itself whatever whenever wherever must kept held told said sent went came left leave leaves stand stands run runs let allowance be is are was were been being have has had having do does did done can could may might must shall should will would let lets get gets got give gives make makes take takes taking need needs want wants like please thanks simply easily quickly usually normally generally about approximately around roughly just also too very quite well still already again here there thing things way ways case cases example something anything someone somebody anyone anybody person people everybody everyone every all each any some many much more most less few other others another same own use uses used using go goes going come comes coming see sees find finds put puts keep keeps try bring brings say says tell tells show shows mean means happen happens become becomes possible able available allow allows allowed permit permitted question answer help whole per via within how what when where why who which i you we they he she it my your our their me us them now then today once at_once straight immediately however instead day days hour hours minute minutes week weeks month months year years moment only even always never unless except without with if whether none nothing not no yes sorry worry need_to in_case free_to own long soon early late time times at_most at_least up_to day_and_night period periods !forbidden !prohibited !banned | essere sono siamo siete era erano stato stata stati avere hanno abbiamo fare fa facciamo fatto potere puoi possiamo possono possibile dovere deve devi devono bisogna serve servono volere vuoi vorrei prendere dare dai mettere metti lasciare grazie prego semplicemente facilmente subito di_solito normalmente circa pressappoco anche ancora gia molto bene qui qua cosa cose modo modi caso casi esempio qualcosa qualcuno chiunque persona persone tutti tutte tutto tutta ogni ciascuno alcuni altro altri altra altre stesso stessa proprio usare usi uso utilizzare andare vai va venire viene vieni vedere vedi trovare trovi tenere prova portare porta dire dici capita succede diventare domanda risposta aiuto intero entro come quando dove perche chi quale quali io tu lui lei noi voi loro mio tuo suo nostro vostro adesso ora oggi poi volta invece pero giorno giorni ore minuto minuti settimana settimane mese mesi anno anni momento solo soltanto sempre mai senza con se nessuno niente nulla non no si scusa purtroppo serve presto tardi tempo tempi volte al_massimo al_minimo almeno fino permettere consentire permesso_di consentito giorno_e_notte restare resta rimane vale valgono valido valida disponibile bastare basta ad ed od oltre comunque dunque inoltre tramite presso durante mediante oppure ovvero ecco ciò vari varie tale tali entrambi qualche appena proprio infatti eventuale eventualmente parte tipo visto avviene avvengono funziona funzionano riguarda possibilita ognuno altrimenti dire fatto periodo !vietato !vietata !vietati !proibito !proibita
        cost: cost costs price prices priced fee fees how_much tariff_rate expense expenses what_do_i_pay rate_of | costo costa costano prezzo prezzi quanto_costa quanto_pago quanto_si_paga quanto_costano canone spesa spese tariffa quanto_costerebbe
        free: free_of_charge for_free at_no_cost at_no_extra_cost without_charge no_charge without_a_fee costs_nothing without_paying complimentary is_free are_free free | gratis gratuito gratuita gratuiti gratuite gratuitamente senza_costi senza_costo senza_spese non_costa_nulla non_paghi non_si_paga senza_pagare a_costo_zero
        pay: pay pays paying paid payment payments | pagare pago paga paghi pagano pagato pagamento pagamenti
        charge: charge charged charges charging_fee debit_of deducted | addebitare addebitata addebitato addebito addebiti addebitati
        fine: fine fines penalty penalties surcharge | multa multe penale penali sanzione contravvenzione mora
        discount: discount discounts discounted reduction reduced reductions save saves saving_of | sconto sconti scontato riduzione ridotto ridotti ridotta risparmi_il agevolazione
        ship: ship ships shipping shipped shipment shipments deliver delivers delivery deliveries delivered postage dispatch dispatched | spedire spedite spediamo spedizione spedizioni consegna consegne consegnare consegniamo consegnate consegnato inviare invio recapito recapitare
        parcel: parcel parcels package packages packet | pacco pacchi collo colli pacchetto
        arrive: arrive arrives arriving reach reaches reached receive receives received receipt_of | arrivare arriva arrivano arrivato arrivo ricevere ricevi riceve ricevuto
        return: return returns returned returning returnable send_back send_it_back send_something_back sending_back sent_back give_back give_it_back bring_back brought_back give_an_article_back send_things_back | rendere rendi renderlo reso resi restituire restituzione restituito rimandare_indietro rimandare ridare ridarvelo riportare riporti riportato
        refund: refund refunds refunded refunding refundable !non-refundable reimburse reimbursement reimbursed money_back get_the_money | rimborso rimborsi rimborsare rimborsato rimborsiamo rimborsabile rimborsabili riavere_i_soldi riavro_i_soldi riavrai_i_soldi
        exchange: exchange exchanges swap swapped replacement replace replaced | sostituire sostituzione sostituito
        repair: repair repairs repaired mend fix fixes fixed fixing | riparare riparazione riparazioni riparato aggiustare aggiustate aggiustato
        broken: broken break faulty defect defective fault faults damaged damage doesn't_work not_working | rotto rotta rotti guasto guasta guasti difetto difettoso danneggiato danno danni rompere
        product: product products item items article articles goods piece pieces object objects | prodotto prodotti articolo articoli merce pezzo pezzi oggetto oggetti bene
        order: order orders ordered ordering purchase purchases purchased purchasing buy buys buying bought | ordine ordini ordinare ordinato ordinazione acquisto acquisti acquistare acquistato comprare comprato compri compra
        @act.end: cancel cancels cancelled cancelling cancellation cancellations terminate termination delete deletes deleting deleted remove removing removed close closes closing closed_for_good unsubscribe erase call_off quit quitting leaving_us leave_us end ends ending finish finishes deactivate turn_off switch_off | annullare annulli annulla annullato annullamento disdire disdici disdice disdetta cancellare cancellazione eliminare elimina chiudere chiude chiudono chiusura togliere rimuovere finire finisce finiscono terminare termina disattivare disattivazione spegnere recesso recedere lasciarci
        @act.begin: open opens opening opened start starts starting started begin begins beginning begun set_up join joining become_a_member become_a_customer switched_on switch_on activate activates active activation activated | aprire apre aprono apro apri apertura aperto aperta aperti aperte iniziare inizia iniziano inizio cominciare comincia accendere accende acceso accensione attivare attiva attivo attivazione attivato diventare_socio diventare_cliente
        @act.change: change changes changing changed modify modifies edit update updating switch_to move_to amend | cambiare cambia cambio cambi modificare modifica modifiche aggiornare
        @act.reserve: book_a book_an book_the booking bookings booked reserve reserved reservation reservations make_an_appointment | prenotare prenota prenoti prenoto prenotano prenotazione prenotazioni
        @act.pause: pause pausing freeze suspend suspends suspending suspended break_from on_hold | pausa sospendere sospendi sospendo sospende sospensione congelare
        @act.renew: renew renewal renewed renewing extend | rinnovare rinnovo rinnovi proroga
        @act.block: block blocks blocked blocking | bloccare blocca blocco bloccata bloccato
        enrol: enrol enroll enrolment enrollment register registration registering sign_up signing_up subscribe | iscrivere iscrivo iscrivermi iscriversi iscrizione iscrizioni registrarsi registrazione
        sign-in: log_in login logging_in sign_in sign-in signing_in | accedere accesso entrare login
        password: password passwords passcode | password parola_chiave
        forget: forgot forget forgotten don't_remember | dimenticato dimentico dimenticata dimenticare non_ricordo
        lost: lost lose losing missing can't_find cannot_find | perso persa perdere smarrito smarrita non_trovo
        stolen: stolen stole theft | rubato rubata rubare furto
        account: account accounts profile profiles | account profilo conto conti
        email: email e-mail mail mails emails | mail e-mail posta_elettronica email
        address: address addresses | indirizzo indirizzi
        move: moved moving_house move_house moving | trasferito trasloco trasferirsi cambiato_casa
        phone: phone phones telephone mobile smartphone cellphone | telefono telefoni cellulare smartphone telefonico
        call: call calls calling ring phone_us | chiamare chiamata chiamate chiama chiamarci chiamarvi chiamaci
        text: text_message sms | sms messaggio
        apply: apply applies applying application applications | fare_domanda fai_domanda fa_domanda domande
        app: app | app applicazione
        website: website site portal online web page online_portal | sito portale online pagina web
        document: document documents papers identity_card id_card identity_document passport_or_id | documento documenti carta_d_identita
        form: form forms module | modulo moduli
        shop: shop shops store stores outlet | negozio negozi punto_vendita
        branch: branch branches | filiale filiali agenzia
        desk: desk counter front_desk | sportello banco
        warranty: warranty warranties guarantee guaranteed guarantees | garanzia garanzie garantito
        invoice: invoice invoices invoiced | fattura fatture fatturazione
        bill: bill bills billing | bolletta bollette
        receipt: receipt receipts | scontrino scontrini ricevute
        voucher: voucher vouchers coupon coupons promo_code discount_code code codes | buono buoni coupon codice codici
        gift-card: gift_card gift_cards | carta_regalo carte_regalo
        instalment: instalment instalments installments split spread splitting | rata rate rateale dilazionare dividere
        interest: interest interest-free earn earns | interesse interessi rende rendono guadagno
        deposit: deposit deposits bond | caparra caparre cauzione deposito
        weekend: weekend weekends | weekend fine_settimana
        membership: membership memberships subscription subscriptions season_ticket season_tickets | abbonamento abbonamenti
        member: member members | socio soci membro membri
        plan: plan plans tariff tariffs offer offers | offerta offerte piano piani tariffario
        line: line lines | linea linee
        sim: sim | sim
        router: router modem | router modem
        visit: visit visits consultation appointment appointments | visita visite appuntamento appuntamenti
        exam: exam exams examination test tests analysis analyses check-up checkup | esame esami analisi controllo controlli
        result: result results report reports | referto referti risultato risultati esito esiti
        doctor: doctor doctors physician gp | medico medici dottore dottoressa
        patient: patient patients | paziente pazienti
        wait: wait waits waiting queue queues | attesa attendere attendi aspettare aspetta aspetti coda
        urgent: urgent urgency emergency a&e emergency_room | urgente urgenti urgenza pronto_soccorso
        eat: eat eating food breakfast fasting | mangiare mangia colazione digiuno cibo
        @person.child: child children kid kids son daughter | figlio figli figlia bambino bambini
        guest: guest guests visitor visitors friend friends | ospite ospiti amico amici visitatore visitatori
        companion: companion companions company_during accompany | accompagnatore accompagnatori accompagnare compagnia
        room: room rooms | stanza camera sala stanze camere sale
        +pet: pet pets animal animals dog dogs | animale animali cane cani
        waste: waste rubbish garbage trash | rifiuti rifiuto spazzatura
        furniture: furniture bulky | mobili mobile ingombranti ingombrante
        dispose: dispose disposal get_rid throw_away throwing_away | smaltire smaltimento buttare
        collect: collect collects collection collecting pick_up pick-up pickup click_and_collect | ritiro ritirare ritira ritiri
        tax: tax taxes | tassa tasse imposta tributo
        permit: permits permit_for parking_permit | permesso permessi
        parking: parking park | sosta parcheggio parcheggiare
        light: light lights lamp lighting | luce luci lampione lampioni illuminazione lampada
        street: street road roads | strada via vie strade
        library: library libraries | biblioteca biblioteche
        loan: loan loans mortgage | prestito prestiti mutuo
        borrow: borrow borrowing borrows lend | prestito_libri
        transfer: transfer transfers bank_transfer wire | bonifico bonifici
        withdraw: withdraw withdraws withdrawal withdrawals withdrawn | prelevare prelievo prelievi prelevano
        atm: atm cash_machine cash_machines machine | bancomat sportello_automatico
        limit: limit limits limited maximum max | limite limiti massimo
        recurring: recurring standing_order standing_orders | ricorrente ricorrenti periodico periodici
        data: data internet gigabytes gb giga | giga internet gb dati
        speed: speed speeds faster mbit gbit download | velocita download scarica
        fibre: fibre fiber | fibra
        roaming: roaming abroad foreign | roaming estero
        number: number numbers | numero numeri
        label: label labels | etichetta etichette
        pack: pack packs packed packing wrap | imballare imballa imballato
        stock: stock availability sold_out out_of_stock in_stock warehouse | disponibilita esaurito magazzino
        notify: notify notified write write_to_you inform informed warn | avvisare avvisiamo avvisaci avvisami comunicare
        contact: contact contacts reach_us | contatto contatti contattare contattarci
        support: support help_line helpline customer_service hotline help_desk | assistenza servizio_clienti supporto
        hours: hours opening_hours opening_times closing_time timetable schedule | orario orari
        law: law legal statutory | legge legale legali
        accept: accept accepts accepted accepting take_cheques !refuse !refused !reject !rejected | accettare accettiamo accettati accettano accetta ammettere ammesso ammessi ammessa ammesse !rifiutare !rifiutati
        include: include includes included including !excluded !exclude !excluding | comprendere comprende compreso compresa comprese compresi incluso inclusa inclusi incluse !escluso !esclusa !esclusi !escluse
        compulsory: compulsory mandatory required obligatory !optional | obbligatorio obbligatoria necessario !facoltativo !opzionale
        valid: valid validity last lasts lasting deadline due due_date expiry expire expires expired expiring last_day | validita durare dura durano durata scadenza scadenze scade scadono scadere termine
        cheque: cheque cheques check_payment | assegno assegni
        cash: cash | contanti
        seal: seal seals sealed | sigillo sigilli
        ticket: ticket tickets | biglietto biglietti
        entry: entry admission enter | ingresso entrata entrare
        museum: museum museums | museo musei
        exhibition: exhibition exhibitions | mostra mostre
        home: home house | casa domicilio
        stay: stay stays staying | restare soggiorno
        gym: gym fitness | palestra
        school: school schools | scuola scuole scolastica scolastico
        vaccine: vaccine vaccines vaccination vaccinations shot shots jab | vaccino vaccini vaccinazione vaccinazioni vaccinare
        flu: flu influenza | influenza antinfluenzale
        registry: registry register_office registry_office | anagrafe
        donate: donate donates donating donor donors donation donations give_blood giving_blood donate_blood | donare dona donatore donatori donazione donazioni
        sell: sell sells sold selling | vendere vendete vendi vendita vendite
        sale: sale sales | saldi saldo
        heating: heating radiators | riscaldamento termosifoni
        rent: rent rental hire renting | affitto noleggio noleggiare
        bring: carry | trasporto
        wheelchair: wheelchair accessible disabled | carrozzina disabili disabile
        proof: proof evidence | prova prove
        holder: holder holders | titolare titolari intestatario
        customer: customer customers client clients | cliente clienti
        company: company companies | societa azienda aziende
        confirm: confirm confirms confirmation confirming | conferma confermare confermi confermato
        checkout: checkout basket cart till | cassa carrello
        choose: choose choosing select selects pick tick | scegliere scegli scelta scelto seleziona selezionare
        tap: tap press click dial | tocca premi componi clicca
        kilo: weight weigh kg kilograms | peso pesa kg
        student: student_card | tessera_studente tessera_da_studente
        sickness: sick sickness ill illness | malattia malato malati
        @pace.fast: fast rapid quick | veloce veloci rapido rapida rapidi
        @pace.slow: slow | lento lenta lenti
        @heat.hot: hot warm | caldo calda calde
        @heat.cold: cold chilled | freddo fredda fredde
        @sex.male: male man men boys | maschio maschi uomo uomini
        @sex.female: female woman women girls ladies | femmina femmine donna donne
        @kin.parent: parent parents mother father | genitore genitori madre padre
        @side.in: indoor indoors inside | interno interna interni coperto coperta coperti
        @side.out: outdoor outdoors outside | esterno esterna esterni scoperto scoperta scoperti
        @size.small: small smaller short | piccolo piccola piccoli piccole corto
        @size.large: large larger big long-stay | grande grandi lungo
        @count.single: single one-way | singolo singola singoli semplice
        @count.double: double twin return_ticket round-trip | doppio doppia doppi matrimoniale andata_e_ritorno
        @period.daily: daily day_pass day_ticket day_rate one-day | giornaliero giornaliera giornalieri
        @period.weekly: weekly week_pass week_ticket | settimanale settimanali
        @period.monthly: monthly month_pass monthly_pass | mensile mensili
        @period.yearly: annual yearly season_pass | annuale annuali stagionale stagionali
        @part.morning: morning mornings | mattina mattino mattutino
        @part.evening: evening evenings night-time | sera serale serali notturno notturna
        @level.first: beginner beginners introductory | principiante principianti base
        @level.last: advanced proficient | avanzato avanzata
        @level.middle: intermediate | intermedio intermedia
        @seat.stalls: stalls ground-floor | platea
        @seat.balcony: balcony gallery circle | galleria loggione palco
        @way.hand: cabin carry-on | cabina
        @way.hold: checked | stiva
        @where.clinic: surgery_visit in_the_practice | ambulatorio
        @where.home: home_visit at_your_home house_call | a_domicilio a_casa
        @work.full: full-time | tempo_pieno
        @work.part: part-time | part-time tempo_parziale
        +luggage: luggage baggage suitcase suitcases bag bags | bagaglio bagagli valigia valigie borsa borse
        +car: car cars vehicle vehicles automobile motorcar | auto automobile automobili macchina macchine veicolo veicoli vettura vetture
        +camper: camper campers motorhome motorhomes campervan campervans caravan_bus rv | camper autocaravan
        +bike: bike bikes bicycle bicycles cycle cycles | bici bicicletta biciclette
        +teach: teach teaches taught teaching lesson lessons class classes course courses tuition | lezione lezioni corso corsi insegnare insegnamento
        +pupil: pupil pupils learner learners trainee trainees | alunno alunni allievo allievi
        +teacher: teacher teachers instructor instructors tutor tutors | insegnante insegnanti maestro maestra istruttore istruttori docente docenti
        +carer: carer carers educator educators nursery_nurse childminder | educatore educatori educatrice educatrici
        +nursery: nursery nurseries kindergarten daycare creche | asilo asili nido nidi materna
        +medicine: medicine medicines medication medications drug drugs prescription prescriptions remedy | medicina medicine farmaco farmaci medicinale medicinali ricetta ricette
        +pharmacy: pharmacy pharmacies chemist chemist's drugstore | farmacia farmacie
        +stitch: stitch stitches suture sutures | punto_di_sutura punti_di_sutura sutura suture
        operate: operation operations surgery surgical operated | operazione operazioni intervento chirurgico operato
        +dentist: dentist dentists dental tooth teeth | dentista dentisti dente denti
        +glasses: glasses spectacles eyewear | occhiali
        +eyes: eye eyes eyesight vision sight | vista occhio occhi
        +vet: vet vets veterinary veterinarian | veterinario veterinaria
        +puppy: puppy puppies pup | cucciolo cuccioli
        +theatre: theatre theatres theater auditorium playhouse | teatro teatri
        +cinema: cinema cinemas movie movies film films | cinema film pellicola
        +show: show shows performance performances play screening concert concerts gig | spettacolo spettacoli rappresentazione concerto concerti proiezione
        +pool: pool pools swimming_pool swimming swim swims swimmers | piscina piscine nuoto nuotare nuotatori corsia corsie vasca vasche
        +lift-pass: lift_pass ski_pass lift_ticket skipass | skipass
        +lift: lift lifts elevator elevators chairlift chairlifts | ascensore ascensori impianto impianti seggiovia
        +garage: garage garages car_park car_parks multi-storey | autorimessa garage parcheggio_coperto
        +seat: seat seats place_to_sit | posto posti poltrona poltrone
        +table: table tables | tavolo tavoli
        +meal: meal meals lunch dinner supper menu menus dish dishes | pasto pasti pranzo cena piatto piatti menu
        +vegetarian: vegetarian meat-free meatless without_meat vegan | vegetariano vegetariani vegetariana senza_carne vegano
        wash: wash washes washing washed laundry launder dry-cleaning cleaned cleaning clean | lavare lavaggio lavato lavanderia pulire pulizia pulito
        +clothes: clothes clothing garment garments | abito abiti vestito vestiti capo capi indumento indumenti
        +rent-out: landlord landlords owner_of_the_flat | proprietario locatore
        +tenant: tenant tenants lodger lodgers occupant | inquilino inquilini affittuario
        +flat: flat flats apartment apartments | appartamento appartamenti
        +key: key keys | chiave chiavi
        +unit: storage_unit storage_units storage_room lock-up | deposito_privato box_deposito
        notice: notice_period period_of_notice give_notice notice_of | preavviso
        vacate: vacate vacating moving_out move_out give_up | lasciare_libero liberare rilasciare
        +salary: salary wage wages pay_slip | stipendio stipendi paga_mensile busta_paga
        +job: job jobs vacancy vacancies position positions | lavoro posto_di_lavoro impiego
        +lawyer: lawyer lawyers attorney solicitor | avvocato avvocati legale_di_fiducia
        +backup: backup backups back_up copy_of_your_site safety_copy | backup copia_di_sicurezza copie_di_sicurezza
        +host: hosting web_hosting webspace | hosting spazio_web
        +domain: domain domains domain_name domain_names | dominio domini
        +charge-point: charging_station charging_point charger chargers charging charge_point wallbox | colonnina colonnine ricarica ricaricare
        +energy: electricity power_supply electric kwh kilowatt-hour | elettricita corrente kwh
        +gas: gas lpg natural_gas | gas gpl metano
        +swap-tyre: tyre tyres tire tires | gomma gomme pneumatico pneumatici
        +hairdresser: hairdresser salon barber haircut | parrucchiere parrucchiera barbiere taglio_di_capelli
        +photo: photo photos photograph photographs photography picture pictures shoot | foto fotografia fotografie servizio_fotografico
        +wedding: wedding weddings marriage | matrimonio matrimoni nozze
        +grill: grill grills barbecue barbecues bbq | griglia griglie grigliare barbecue brace
        +campsite: campsite campsites camping campground pitch pitches | campeggio piazzola piazzole
        +hotel: hotel hotels inn guesthouse | albergo alberghi hotel pensione agriturismo
        +border: border frontier | confine confini frontiera
        quiet: quiet silence !noise !noisy !loud | silenzio !rumore !rumori
        +helmet: helmet helmets | casco caschi
        +consent: consent authorisation authorization permission_of written_permission proxy | delega consenso autorizzazione
        +injury: injury injuries injured accident accidents | infortunio infortuni incidente incidenti
        +excess: excess deductible | franchigia
        +queue-ticket: queue_number | numerino
        +yard: yard yards recycling_yard recycling_centre recycling_center dump tip | isola_ecologica ecocentro discarica
        +gate: gate gates door doors | cancello cancelli porta porte
        advance: in_advance up_front upfront advance_payment down_payment | in_anticipo anticipo acconto
        @speed.standard: standard ordinary regular economy | standard ordinaria ordinario normale
        @speed.express: express next-day priority fast_shipping fast_delivery | espressa espresso prioritaria spedizione_veloce consegna_veloce
        @card.debit: debit | debito
        @card.credit: credit | credito
        @card.prepaid: prepaid | prepagata prepagate
        @contract.topup: pay-as-you-go top-up | ricaricabile ricaricabili
        @contract.business: business corporate | aziendale aziendali partita_iva
        @contract.private: private consumer consumers | privato privati consumatori
        @person.adult: adult adults | adulto adulti maggiorenne maggiorenni
        @person.minor: minor minors under-age teenager teenagers | minorenne minorenni ragazzo ragazzi
        @person.student: student students | studente studenti studentessa
        @person.family: family families | famiglia famiglie
        @person.senior: senior seniors pensioner pensioners elderly | anziano anziani pensionato pensionati
        @lives.resident: resident residents | residente residenti
        @lives.tourist: tourist tourists non-resident non-residents | turista turisti non_residente non_residenti
        @state.used: used_items used_products used_goods second-hand refurbished | usato usata usati usate rigenerato
        @state.new: new brand-new | nuovo nuova nuovi nuove
        @season.summer: summer | estate estivo estivi estiva
        @season.winter: winter | inverno invernale
        @colour.red: red | rosso rossa
        @colour.green: green | verde
        @colour.orange: orange | arancione
        @colour.yellow: yellow | giallo gialla
        @colour.blue: blue | blu azzurro
        @way.phone: by_phone contact_by_phone | per_telefono
        @way.mail: by_e-mail by_email | per_mail via_mail
        @means.card: to_a_card by_card | su_carta con_carta con_la_carta
        @means.transfer: by_bank_transfer by_transfer | con_bonifico tramite_bonifico
        @means.direct: direct_debit by_direct_debit | addebito_diretto addebito_in_conto
        @means.cod: cash_on_delivery | contrassegno in_contrassegno
        @place.it: italy italian | italia italiano italiana
        @place.ch: switzerland swiss | svizzera svizzero
        @place.de: germany german | germania tedesco
        @place.fr: france french | francia francese
        @place.es: spain spanish | spagna spagnolo
        @place.at: austria austrian | austria austriaco
        @place.uk: uk britain united_kingdom england | regno_unito inghilterra gran_bretagna
        @place.us: usa america united_states | america stati_uniti negli_usa
        @place.no: norway norwegian | norvegia
        @place.se: sweden | svezia
        @place.dk: denmark | danimarca
        @place.nl: netherlands holland | olanda paesi_bassi
        @place.be: belgium | belgio
        @place.pt: portugal | portogallo
        @place.gr: greece | grecia
        @place.pl: poland | polonia
        @place.hr: croatia | croazia
        @place.si: slovenia | slovenia
        @place.tr: turkey | turchia
        @place.cn: china | cina
        @place.jp: japan | giappone
        @place.ie: ireland | irlanda
        @place.out: outside_europe outside_the_eu outside_the_european_union | fuori_europa fuori_dall_europa fuori_ue fuori_dall_ue
        @place.eu: eu europe european_union | ue europa unione_europea
        @area.mainland: mainland | penisola
        @area.island: island islands sicily sardinia | isola isole sicilia sardegna
        @days.saturday: saturday saturdays | sabato sabati
        @days.sunday: sunday sundays | domenica domeniche
        @days.week: weekday weekdays | feriale giorni_feriali infrasettimanale
        @days.holiday: public_holiday public_holidays holidays | festivo festivi giorni_festivi
        """
}
